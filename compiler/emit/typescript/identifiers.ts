/** Text in quotes, and runs of name characters with what tells a variable from a property: a dot before it, a colon behind it. */
const piece = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\.?[\w$]+:?/g;

/** The variables that some lines of generated code mention: not what stands in comments and strings, after a dot, or as a property's name. */
export function identifiersIn(lines: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of lines) {
    if (/^\s*(?:\/\/|\/?\*)/.test(line)) continue;
    for (const [text] of line.matchAll(piece)) {
      if (/^[A-Za-z_$]/.test(text) && !text.endsWith(":")) found.add(text);
    }
  }
  return found;
}
