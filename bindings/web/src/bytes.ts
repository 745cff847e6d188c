// The bytes that a page and its module exchange: src/web/byte_writer.hpp has the other end and the same list of tags.
import { HyperDBError } from "./errors.js";

const enum Tag {
  undefined,
  null,
  no,
  yes,
  number,
  integer,
  bigint,
  string,
  bytes,
  array,
  object,
  shaped,
  defineShape,
  row,
  rows,
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Texts up to so many bytes are read by hand: a call of the decoder costs more. */
const shortTextMax = 32;
const levelsMax = 500;

function refuse(path: string, problem: string): never {
  throw new HyperDBError("invalid_argument", `${path || "the argument"}: ${problem}`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name ? `an object of ${name}` : "an object with a prototype of its own";
}

const isWellFormed: (text: string) => boolean =
  "isWellFormed" in String.prototype
    ? (text) => (text as string & { isWellFormed(): boolean }).isWellFormed()
    : (text) => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);

/** Writes values. Members of objects are written in the order of their names, so equal values are equal bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  reset(): void {
    if (this.#bytes.length > 1 << 20) {
      this.#bytes = new Uint8Array(256);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#size = 0;
  }
  /** What was written; valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Throws HyperDBError(invalid_argument), naming the place, for what can't be passed. */
  value(value: unknown, path = "", level = 1): void {
    switch (typeof value) {
      case "undefined":
        return this.#byte(Tag.undefined);
      case "boolean":
        return this.#byte(value ? Tag.yes : Tag.no);
      case "number":
        return this.#number(value);
      case "bigint":
        this.#byte(Tag.bigint);
        return this.#text(value.toString(), path);
      case "string":
        this.#byte(Tag.string);
        return this.#text(value, path);
      case "object":
        return value === null ? this.#byte(Tag.null) : this.#object(value, path, level);
      default:
        refuse(path, `${kindOf(value)} can't be passed to the database`);
    }
  }

  #object(value: object, path: string, level: number): void {
    if (level > levelsMax)
      refuse(path.slice(0, 80), `nested deeper than ${levelsMax} levels, or contains itself`);
    if (value instanceof Uint8Array) return this.#binary(value);
    if (value instanceof ArrayBuffer) return this.#binary(new Uint8Array(value));
    if (Array.isArray(value)) {
      this.#byte(Tag.array);
      this.#varint(value.length);
      for (let i = 0; i < value.length; ++i) this.value(value[i], `${path}[${i}]`, level + 1);
      return;
    }
    if (!isPlain(value)) refuse(path, `${kindOf(value)} can't be passed to the database`);
    const names = Object.keys(value).sort();
    this.#byte(Tag.object);
    this.#varint(names.length);
    for (const name of names) {
      const inner = path ? `${path}.${name}` : name;
      this.#text(name, inner);
      this.value((value as Record<string, unknown>)[name], inner, level + 1);
    }
  }

  #reserve(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + count));
    larger.set(this.written());
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = value;
  }
  #varint(value: number): void {
    this.#reserve(8);
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.#bytes[this.#size++] = (value % 0x80) | 0x80;
    this.#bytes[this.#size++] = value;
  }
  #number(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#size++] = Tag.number;
    this.#view.setFloat64(this.#size, value, true);
    this.#size += 8;
  }
  #binary(value: Uint8Array): void {
    this.#byte(Tag.bytes);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#size);
    this.#size += value.length;
  }
  #text(value: string, path: string): void {
    const length = value.length;
    if (length <= shortTextMax) {
      this.#reserve(length + 1);
      const start = this.#size;
      this.#bytes[start] = length;
      let i = 0;
      for (; i < length; ++i) {
        const code = value.charCodeAt(i);
        if (code >= 0x80) break;
        this.#bytes[start + 1 + i] = code;
      }
      if (i === length) {
        this.#size = start + 1 + length;
        return;
      }
    }
    if (!isWellFormed(value)) refuse(path, "the text has half of a surrogate pair, which UTF-8 can't hold");
    const bytes = encoder.encode(value);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }
}

/** What a module has told its page: the shapes of objects, and the rows by their slots. */
export interface Known {
  readonly shapes: string[][];
  readonly rows: (object | undefined)[];
}

/** How a list of rows became another one: see `applyChanges`. */
export interface ListChanges<Row = unknown> {
  /** The number of rows afterwards. */
  readonly size: number;
  /** Positions in the list before, ascending. */
  readonly removed: readonly number[];
  readonly updated: readonly {
    readonly oldPosition: number;
    readonly newPosition: number;
    readonly row: Row;
  }[];
  /** Positions in the list afterwards, ascending. */
  readonly inserted: readonly { readonly position: number; readonly row: Row }[];
}

/** Reads what a module has written. Rows and nested objects are frozen; arrays of rows are not. */
export class ByteReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #known: Known;

  constructor(bytes: Uint8Array, known: Known) {
    this.#bytes = bytes;
    this.#known = known;
  }

  byte(): number {
    return this.#bytes[this.#at++];
  }
  varint(): number {
    let value = this.#bytes[this.#at++];
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const next = this.#bytes[this.#at++];
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
  }

  value(): unknown {
    switch (this.byte() as Tag) {
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.no:
        return false;
      case Tag.yes:
        return true;
      case Tag.number:
        return this.#number();
      case Tag.integer: {
        const zigzag = this.varint();
        return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      }
      case Tag.bigint:
        return BigInt(this.#text());
      case Tag.string:
        return this.#text();
      case Tag.bytes:
        return this.#take(this.varint()).slice();
      case Tag.array: {
        const array = new Array<unknown>(this.varint());
        for (let i = 0; i < array.length; ++i) array[i] = this.value();
        return array;
      }
      case Tag.object: {
        const count = this.varint();
        const object = {};
        for (let i = 0; i < count; ++i) setMember(object, this.#text(), this.value());
        return object;
      }
      case Tag.defineShape:
        this.#defineShape();
        return this.value();
      case Tag.shaped: {
        const object = {};
        for (const name of this.#known.shapes[this.varint()]) setMember(object, name, this.value());
        return object;
      }
      case Tag.row:
        return this.row();
      case Tag.rows:
        return this.rows(this.varint());
      default:
        throw new HyperDBError(
          "wrong_module",
          "the module answers with bytes that this package does not know",
        );
    }
  }

  /** Reads a row by its slot, and its content when it is new. */
  row(): object {
    const place = this.varint();
    const slot = Math.floor(place / 2);
    if (place % 2 === 1) this.#known.rows[slot] = deepFreeze(this.value() as object);
    return this.#known.rows[slot] as object;
  }
  rows(count: number): object[] {
    const rows = new Array<object>(count);
    for (let i = 0; i < count; ++i) rows[i] = this.row();
    return rows;
  }
  changes(hasRows: boolean): ListChanges {
    const size = this.varint();
    const row = () => (hasRows ? this.row() : undefined);
    const removed = new Array<number>(this.varint());
    for (let i = 0, at = 0; i < removed.length; ++i) removed[i] = at += this.varint();
    const updated = new Array<ListChanges["updated"][number]>(this.varint());
    for (let i = 0; i < updated.length; ++i) {
      updated[i] = { oldPosition: this.varint(), newPosition: this.varint(), row: row() };
    }
    const inserted = new Array<ListChanges["inserted"][number]>(this.varint());
    for (let i = 0, at = 0; i < inserted.length; ++i)
      inserted[i] = { position: (at += this.varint()), row: row() };
    return { size, removed, updated, inserted };
  }

  #defineShape(): void {
    const shape = this.varint();
    const names = new Array<string>(this.varint());
    for (let i = 0; i < names.length; ++i) names[i] = this.#text();
    this.#known.shapes[shape] = names;
  }
  #take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
  #number(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }
  #text(): string {
    const count = this.varint();
    if (count > shortTextMax) return decoder.decode(this.#take(count));
    let text = "";
    const start = this.#at;
    for (let i = 0; i < count; ++i) {
      const code = this.#bytes[start + i];
      if (code >= 0x80) return decoder.decode(this.#take(count));
      text += String.fromCharCode(code);
    }
    this.#at = start + count;
    return text;
  }
}

function setMember(object: object, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  } else if (value !== undefined) {
    (object as Record<string, unknown>)[name] = value;
  }
}

function deepFreeze<T extends object>(object: T): T {
  for (const value of Object.values(object)) {
    if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) deepFreeze(value);
  }
  return Object.freeze(object);
}

/** Returns the list after the changes; the list before stays as it is. O(size of the list), a copy of references. */
export function applyChanges<Row>(before: readonly Row[], changes: ListChanges<Row>): Row[] {
  const { removed, updated, inserted } = changes;
  const fewMax = 16;
  if (removed.length + inserted.length <= fewMax) {
    const after = before.slice();
    for (const each of updated) after[each.oldPosition] = each.row;
    for (let i = removed.length - 1; i >= 0; --i) after.splice(removed[i], 1);
    for (const each of inserted) after.splice(each.position, 0, each.row);
    return after;
  }
  const kept = before.slice();
  for (const each of updated) kept[each.oldPosition] = each.row;
  const after = new Array<Row>(changes.size);
  let nextRemoved = 0;
  let nextInserted = 0;
  let size = 0;
  const insertDue = () => {
    while (nextInserted < inserted.length && inserted[nextInserted].position === size) {
      after[size++] = inserted[nextInserted++].row;
    }
  };
  for (let i = 0; i < kept.length; ++i) {
    if (nextRemoved < removed.length && removed[nextRemoved] === i) {
      ++nextRemoved;
      continue;
    }
    insertDue();
    after[size++] = kept[i];
  }
  insertDue();
  return after;
}
