// Loaded before a program that is measured: writes what it took of the machine when it ends.
const { existsSync, writeFileSync } = require('node:fs');

// The first process to end is the step; a post-job step may follow.
if (!existsSync(process.env.BENCH_USAGE_FILE)) {
  process.once('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { memoryKb: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
    writeFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(usage));
  });
}
