// Loaded before a program that is measured: writes when it reached what, in milliseconds since its process began.
const { subscribe } = require('node:diagnostics_channel');
const { existsSync, writeFileSync } = require('node:fs');

// The first process to end is the step; a post-job step may follow.
if (!existsSync(process.env.BENCH_MILESTONES_FILE)) {
  const milestones = { begin: performance.now(), answers: [] };
  // What Node opens for TLS tells only of the request.
  for (const event of ['net.client.socket', 'http.client.request.start']) {
    subscribe(event, () => (milestones.socket ??= performance.now()));
  }
  subscribe('http.client.response.finish', () => milestones.answers.push(performance.now()));
  process.once('exit', () => {
    const text = JSON.stringify({ ...milestones, end: performance.now() });
    writeFileSync(process.env.BENCH_MILESTONES_FILE, text);
  });
}
