/** Measurements have a process of their own each, so that none has another's compiled code, garbage or memory. */

/** What work has used of the machine. */
export interface Use {
  /** Of all threads; on a machine with other work on it, the steadier figure. */
  cpuSeconds: number;
  seconds: number;
  /** Of the whole process, resident. */
  peakMegabytes: number;
}

/** Prints what work in this process took, and its result, for the parent. */
export async function printMeasured<T>(work: () => Promise<T>): Promise<void> {
  const cpuAtStart = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpuAtStart);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const run: Use & { result: T } = { cpuSeconds: (user + system) / 1e6, seconds, peakMegabytes, result };
  console.log(JSON.stringify(run));
}
