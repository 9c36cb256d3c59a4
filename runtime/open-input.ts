import { typeNamed, type Described } from "./description.ts";
import { BatonError } from "./errors.ts";
import { largestBody } from "./form.ts";
import { Input, type DecodeOptions, type Session } from "./input.ts";
import { isResizable, noteRead } from "./read-memory.ts";
import { checkBytes } from "./values.ts";

/** Up to this size the buffer that was read last is kept alive, which saves making arrays for each small body in it. */
const rememberedBytes = 1 << 20;

let last: Input | null = null;
let lastLarge: WeakRef<Input> | null = null;

function remembered(buffer: ArrayBufferLike): Input | null {
  if (last !== null && last.buffer === buffer) return last;
  const large = lastLarge?.deref();
  return large !== undefined && large.buffer === buffer ? large : null;
}

function remember(input: Input): Input {
  if (input.bytes.length <= rememberedBytes) last = input;
  else lastLarge = new WeakRef(input);
  return input;
}

/**
 * Opens bytes for reading a body, of `root` where that is known. Unaligned ones and those of a shared buffer, which could change while it is read,
 * are copied.
 */
export function openInput(bytes: Uint8Array, session: Session | null, root: Described | null = null): Input {
  checkBytes(bytes);
  // Bytes are as many as elements, and to ask for `byteLength` takes ten times as long.
  const { buffer, byteOffset, length } = bytes;
  const known = session === null ? remembered(buffer) : null;
  if (known === null || ((byteOffset | length) & 7) !== 0) return openOther(bytes, session, root);
  known.start = (byteOffset - known.base) >>> 2;
  known.end = known.start + (length >>> 2);
  known.origin = byteOffset - known.base;
  return known;
}

function openOther(bytes: Uint8Array, session: Session | null, root: Described | null): Input {
  const length = bytes.byteLength;
  if (length > largestBody || (length & 7) !== 0) {
    const expected = length > largestBody ? `at most ${largestBody}` : "a multiple of 8";
    const named = root === null ? {} : typeNamed(root);
    throw new BatonError("B8106", { ...named, expected, found: String(length), offset: 0 });
  }
  let { buffer, byteOffset } = bytes;
  if ((byteOffset & 7) !== 0 || !(buffer instanceof ArrayBuffer)) {
    buffer = new Uint8Array(bytes).buffer;
    byteOffset = 0;
  }
  noteRead(buffer);
  const whole = buffer.byteLength <= largestBody;
  const input = whole
    ? new Input(buffer, 0, buffer.byteLength, session)
    : new Input(buffer, byteOffset, length, session);
  input.start = (byteOffset - input.base) >>> 2;
  input.end = input.start + (length >>> 2);
  input.origin = byteOffset - input.base;
  return whole && session === null && !isResizable(buffer) ? remember(input) : input;
}

/** What the options of a `decode` ask for; null where they ask for nothing. */
export function sessionOf(root: Session["root"], options: DecodeOptions | undefined): Session | null {
  if (options === undefined || (options.dropped === undefined && options.keepUnknown !== true)) return null;
  return { root, dropped: options.dropped ?? null, keepUnknown: options.keepUnknown === true };
}
