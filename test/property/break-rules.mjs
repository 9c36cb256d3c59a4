// node test/property/break-rules.mjs [--pairs N] [--tries N] [--seed N]
// Breaks every rule of the gate on purpose, one after the other, and sees the evolution test catch it.
import { launch } from "../launch.mjs";

await launch("test/property/break-rules-long.ts");
