/** Edits that retire a member and change what is said of it at once. */
import { defaultFor } from "./build-members.ts";
import { forget } from "./edit-place.ts";
import type { Edit } from "./edit-place.ts";

export const retiringEdits: readonly Edit[] = [
  {
    kind: "member retired under another default",
    apply(at) {
      const found = at.member(["state"], ({ default: stated, from }) => stated !== null && from === null);
      if (found === null || !forget(at.model, found.member.name) || !at.retire(found.member)) return false;
      found.member.default = defaultFor(at.random, at.model, found.member);
      return true;
    },
  },
  {
    kind: "optional member retired under a default",
    apply(at) {
      const found = at.member(["state"], ({ type }) => type.kind === "optional");
      const type = found?.member.type;
      if (found === null || type?.kind !== "optional" || !forget(at.model, found.member.name)) return false;
      if (!at.retire(found.member)) return false;
      found.member.type = type.element;
      found.member.default = defaultFor(at.random, at.model, found.member);
      return found.member.default !== null;
    },
  },
];
