// Loaded before a program whose memory is measured: writes its peak, in kilobytes, when it ends.
const { writeFileSync } = require('node:fs');

process.once('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});
