import type { Constraints } from "./constraints.ts";
import type { RecordItem } from "./inspect.ts";
import { OffsetSink } from "./offsets.ts";
import type { Problem } from "./problem.ts";

/** Holds one record against keys, order and references: what is wrong, each with the offset of its member; its handles too, if they are asked for. */
export function held(constraints: Constraints, item: RecordItem, handles = false): readonly Problem[] {
  const { type, name, value, offset } = item;
  if (type === null) return [];
  const found = constraints.record(type, name, value, offset);
  const paths = new Set([
    ...found.map(({ path }) => path),
    ...constraints.waiting,
    ...(handles ? constraints.handing : []),
  ]);
  if (paths.size === 0) return found;
  const sink = new OffsetSink(paths);
  item.replay(sink);
  constraints.locate(sink.offsets);
  return found.map((one) => ({ ...one, offset: sink.offsets.get(one.path) ?? one.offset }));
}
