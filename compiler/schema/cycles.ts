/** Circles in a graph, each reported once; walks without recursion, because chains can be as long as a schema. */
export function cyclesOf<N>(nodes: readonly N[], next: (node: N) => readonly N[]): readonly (readonly N[])[] {
  const cycles: (readonly N[])[] = [];
  const state = new Map<N, "open" | "done">();
  for (const root of nodes) {
    if (state.has(root)) continue;
    const path: { readonly node: N; readonly targets: readonly N[]; at: number }[] = [
      { node: root, targets: next(root), at: 0 },
    ];
    state.set(root, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = top.targets[top.at++];
      if (target === undefined) {
        state.set(top.node, "done");
        path.pop();
        continue;
      }
      const seen = state.get(target);
      if (seen === "open")
        cycles.push(path.slice(path.findIndex((step) => step.node === target)).map((step) => step.node));
      if (seen !== undefined) continue;
      state.set(target, "open");
      path.push({ node: target, targets: next(target), at: 0 });
    }
  }
  return cycles;
}

/** More places than this tell nobody more about a circle. */
export const mostCycleNotes = 8;

/** The names of a circle as a message lists them, the first one again at the end; of a long one the beginning. */
export function cycleNames(cycle: readonly { readonly name: string }[]): readonly string[] {
  const names = cycle.map((each) => each.name);
  const shown = names.length > mostCycleNotes ? [...names.slice(0, mostCycleNotes), "…"] : names;
  return [...shown, ...names.slice(0, 1)];
}
