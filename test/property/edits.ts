/** Edits that people make to schemas, each one row: every kind of change that the gate must judge. */
import type { Edit } from "./edit-place.ts";
import { declarationEdits } from "./edits-declarations.ts";
import { kindEdits } from "./edits-kinds.ts";
import { memberEdits } from "./edits-members.ts";
import { moduleEdits } from "./edits-modules.ts";
import { moveEdits } from "./edits-moves.ts";
import { rareEdits } from "./edits-rare.ts";
import { retiringEdits } from "./edits-retired.ts";
import { stagedEdits } from "./edits-staged.ts";
import { structEdits } from "./edits-structs.ts";
import { typeEdits } from "./edits-types.ts";

/** Every kind of edit. */
export const edits: readonly Edit[] = [
  ...[...memberEdits, ...typeEdits, ...structEdits],
  ...[...declarationEdits, ...rareEdits, ...kindEdits, ...retiringEdits, ...stagedEdits, ...moduleEdits],
  ...moveEdits,
];
