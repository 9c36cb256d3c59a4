/** Milliseconds of processor time that this process has used: unlike the clock, they do not go on while a busy machine makes it wait. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
