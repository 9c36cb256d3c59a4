// Preloaded into a measured process: prints its peak resident memory when it ends.
process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS} KiB\n`));
