// node test/property/evolution.mjs --pairs 1000000 [--seed N] [--jobs N] [--released]
// Pairs of schemas that evolved at random: the gate's verdicts against what the codecs do. A violation prints its seed, both schemas and the value.
// --released: every pair whose old side is a release that differs from what the new text says of it goes through generated codecs, not one in 20.
import { launch } from "../launch.mjs";

await launch("test/property/evolution-long.ts");
