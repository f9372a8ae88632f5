import { readFile, stat } from "node:fs/promises";
import { type UnzipFileFilter, unzipSync } from "fflate";
import { decode, type Input, LARGEST, tooLarge, unreadable } from "./input.js";

/** An archive's size at most, packed, in bytes: a class of thousands is some ten megabytes. */
const LARGEST_ARCHIVE = 500_000_000;
/** So much is unpacked at a time at most, in bytes and in files. */
const AT_ONCE = 2 * LARGEST;
const FILES_AT_ONCE = 200;

/** The files of a zip archive by name, unpacked a few at a time; what cannot be unpacked is told and loses only itself. */
export async function* inArchive(
  file: string,
  isMeant: (name: string) => boolean,
  refused: (name: string, path: string) => Input | null,
): AsyncGenerator<Input> {
  const packed = await packedBytes(file);
  if (!("bytes" in packed)) {
    yield packed;
    return;
  }
  const sizes = sizesIn(packed.bytes, isMeant);
  if (sizes === null) {
    yield refuse(file, "the archive is damaged, or of a kind that cannot be read");
    return;
  }
  const names = [...sizes.keys()].sort();
  for (let from = 0; from < names.length; ) {
    const batch = batchFrom(names, from, sizes);
    from += batch.length;
    const entries = unpacked(packed.bytes, new Set(batch.filter((name) => (sizes.get(name) ?? 0) <= LARGEST)));
    for (const name of batch) {
      const path = `${file}/${name}`;
      yield (sizes.get(name) === TWICE ? inTwoVersions(path) : refused(name, path)) ??
        ((sizes.get(name) ?? 0) > LARGEST ? tooLarge(path) : inputOf(path, entries.get(name)));
    }
  }
}

const refuse = (file: string, problem: string): Input => ({
  file,
  code: "input/archive",
  problem,
  hint: "unpack it and name the folder",
});

const inTwoVersions = (file: string): Input => ({
  file,
  code: "input/twice",
  problem: "the archive holds two files of this name",
  hint: "unpack it, and say which one counts",
});

const inputOf = (path: string, bytes: Uint8Array | undefined): Input =>
  bytes === undefined
    ? refuse(path, "the file is damaged in the archive, or packed in a way that cannot be read")
    : decode(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));

async function packedBytes(file: string): Promise<{ readonly bytes: Uint8Array } | Input> {
  try {
    if ((await stat(file)).size > LARGEST_ARCHIVE) return refuse(file, "the archive is too large");
    return { bytes: await readFile(file) };
  } catch (error) {
    return unreadable(file, error);
  }
}

/** The size of a file whose name another has too. */
const TWICE = Number.POSITIVE_INFINITY;

/** How large each file says that it is, unpacked; `null` where there is no list of files. */
function sizesIn(bytes: Uint8Array, isMeant: (name: string) => boolean): ReadonlyMap<string, number> | null {
  const sizes = new Map<string, number>();
  const listed = filtered(bytes, ({ name, originalSize }) => {
    if (isMeant(name)) sizes.set(name, sizes.has(name) ? TWICE : originalSize);
    return false;
  });
  return listed === null ? null : sizes;
}

function batchFrom(names: readonly string[], from: number, sizes: ReadonlyMap<string, number>): readonly string[] {
  let size = 0;
  let to = from;
  for (; to < names.length && to - from < FILES_AT_ONCE; to++) {
    const own = sizes.get(names[to] ?? "") ?? 0;
    size += own > LARGEST ? 0 : own;
    if (size > AT_ONCE) break;
  }
  // One file alone is never more than that.
  return names.slice(from, to);
}

/** Where one file of a batch is damaged, each is unpacked by itself. */
function unpacked(bytes: Uint8Array, wanted: ReadonlySet<string>): ReadonlyMap<string, Uint8Array> {
  const all = filtered(bytes, ({ name }) => wanted.has(name));
  if (all !== null) return new Map(Object.entries(all));
  const found = new Map<string, Uint8Array>();
  for (const name of wanted) {
    const own = filtered(bytes, (entry) => entry.name === name)?.[name];
    if (own !== undefined) found.set(name, own);
  }
  return found;
}

function filtered(bytes: Uint8Array, filter: UnzipFileFilter): Record<string, Uint8Array> | null {
  try {
    return unzipSync(bytes, { filter });
  } catch {
    return null;
  }
}
