// Loaded into a process with `--import`: what it took stands in the file named by BATON_USAGE when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { seconds: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS * 1024 };
  writeFileSync(process.env["BATON_USAGE"] ?? "/dev/null", JSON.stringify(usage));
});
