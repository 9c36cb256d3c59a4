// node test/property/evolution-part.mjs SEED PAIRS: what these pairs gave, as JSON, for the tests of the evolution.
import { launch } from "../launch.mjs";

await launch("test/property/evolution-report.ts");
