// node test/fuzz/dumps.mjs --count 10000000 [--seed N] [--jobs N]
// Mutated dumps against everything that reads them. A failure prints its seed and writes the case to test/fuzz/found/.
import { launch } from "../launch.mjs";

await launch("test/fuzz/dumps-long.ts");
