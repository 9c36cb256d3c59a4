// node test/property/evolution.mjs --pairs 1000000 [--seed N] [--jobs N] [--released]
// Pairs of schemas that evolved at random: the gate's verdicts against what the codecs do. A violation prints its seed, both schemas and the value.
// --released holds generated writers against old sides, too, that differ from what the new text says of their version.
import { launch } from "../launch.mjs";

await launch("test/property/evolution-long.ts");
