// Loaded before a program that is measured: writes a CPU profile of it when it ends.
const { existsSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');

if (!existsSync(process.env.BENCH_PROFILE_FILE)) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  // Microseconds; the default is too coarse for a process that works for 100 ms.
  session.post('Profiler.setSamplingInterval', { interval: 100 });
  session.post('Profiler.start');
  process.once('exit', () => {
    session.post('Profiler.stop', (_, { profile }) =>
      writeFileSync(process.env.BENCH_PROFILE_FILE, JSON.stringify(profile)),
    );
  });
}
