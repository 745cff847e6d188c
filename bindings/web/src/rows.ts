// Rows: a list of rows that is read where it is looked at.
import type { ListChanges } from "./bytes.js";
import { HyperDBError } from "./errors.js";

const pageSize = 64;
/** Lists of so many commits ago are lost, and those for which so many rows would have to be remembered. */
const stepsMax = 1000;
const rememberedMax = 100_000;

/**
 * A list of rows at one commit. Looks like an array and reads from the module only what is looked at. A later commit
 * makes another list; this one keeps showing its own rows for a while: reading a row that was never read and has been
 * changed since throws HyperDBError(snapshot_lost). `slice` makes an array that stays.
 */
export interface Rows<Row> extends Iterable<Row> {
  readonly length: number;
  /** Returns the row at a position; from the end for a negative one; undefined outside. O(log n) for the first look. */
  at(position: number): Row | undefined;
  /** Returns an array of the rows from `first` up to `end`, as Array.slice counts. */
  slice(first?: number, end?: number): Row[];
  map<Result>(make: (row: Row, position: number) => Result): Result[];
}

/** How a list became the next one, for readers of the older list. */
interface Step<Row> {
  readonly changes: ListChanges<unknown>;
  /** The old positions of rows that the next list lacks. */
  readonly replaced: ReadonlySet<number>;
  /** What was read of the old list and is no longer where it was. */
  readonly pages: ReadonlyMap<number, Row[]>;
  readonly rememberedCount: number;
}

/** Returns how many elements come before the first one for which `isBehind` holds. */
function countBefore(size: number, isBehind: (index: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns where a row that stayed is in the next list. O(log of the number of changes). */
function nextPosition({ removed, inserted }: ListChanges<unknown>, position: number): number {
  const kept = position - countBefore(removed.length, (i) => removed[i] >= position);
  return kept + countBefore(inserted.length, (i) => inserted[i].position - i > kept);
}

class List<Row> implements Rows<Row> {
  readonly #pages: RowPages<Row>;
  readonly #version: number;
  readonly length: number;

  constructor(pages: RowPages<Row>, version: number, length: number) {
    this.#pages = pages;
    this.#version = version;
    this.length = length;
  }
  at(position: number): Row | undefined {
    const index = Math.trunc(position) || 0;
    const from = index < 0 ? index + this.length : index;
    return from >= 0 && from < this.length ? this.#pages.row(this.#version, from) : undefined;
  }
  slice(first = 0, end = this.length): Row[] {
    const clamp = (value: number) =>
      Math.min(Math.max(value < 0 ? value + this.length : value, 0), this.length);
    const from = clamp(Math.trunc(first) || 0);
    const rows: Row[] = [];
    const to = clamp(Math.trunc(end) || 0);
    this.#pages.prefetch(this.#version, from, to);
    for (let i = from; i < to; ++i) rows.push(this.#pages.row(this.#version, i));
    return rows;
  }
  map<Result>(make: (row: Row, position: number) => Result): Result[] {
    return this.slice().map(make);
  }
  *[Symbol.iterator](): Iterator<Row> {
    for (let i = 0; i < this.length; ++i) yield this.#pages.row(this.#version, i);
  }
}

/** The rows of a lazy result that were read, and the steps of its last commits. */
export class RowPages<Row> {
  #read: (first: number, count: number) => object[];
  readonly #pages = new Map<number, Row[]>();
  readonly #steps: Step<Row>[] = [];
  #rememberedCount = 0;
  #version = 0;
  #length = 0;

  /** `read` reads rows of the newest list. */
  constructor(read: (first: number, count: number) => object[]) {
    this.#read = read;
  }

  /** Returns the list after the changes. O(number of changes and of pages read since), whatever the list's size. */
  follow(changes: ListChanges<unknown>): Rows<Row> {
    const shifted = Math.min(changes.removed[0] ?? Infinity, changes.inserted[0]?.position ?? Infinity);
    const pages = new Map<number, Row[]>();
    const drop = (page: number) => {
      const rows = this.#pages.get(page);
      if (rows !== undefined) pages.set(page, rows);
      this.#pages.delete(page);
    };
    for (const { oldPosition } of changes.updated) drop(Math.floor(oldPosition / pageSize));
    for (const page of this.#pages.keys()) if (page >= Math.floor(shifted / pageSize)) drop(page);
    this.#length = changes.size;
    if (this.#version > 0) this.#remember(changes, pages);
    return new List(this, ++this.#version, changes.size);
  }

  /** Ends reading: rows that were read stay. */
  close(): void {
    this.#read = () => {
      throw new HyperDBError("snapshot_lost", "the list is no longer in the module");
    };
  }

  row(version: number, position: number): Row {
    let at = position;
    for (let age = this.#version - version; age > 0; --age) {
      const step = this.#steps[this.#steps.length - age];
      const row = step?.pages.get(Math.floor(at / pageSize))?.[at % pageSize];
      if (row !== undefined) return row;
      if (step === undefined || step.replaced.has(at)) {
        throw new HyperDBError(
          "snapshot_lost",
          `the row at ${position} was changed before it was read from this list`,
        );
      }
      at = nextPosition(step.changes, at);
    }
    const page = Math.floor(at / pageSize);
    if (!this.#pages.has(page)) this.#fetch(page, page + 1);
    return (this.#pages.get(page) as Row[])[at % pageSize];
  }
  /** Reads what is missing of a range of the newest list, with one call for neighbouring pages. */
  prefetch(version: number, first: number, end: number): void {
    if (version !== this.#version || first >= end) return;
    const last = Math.floor((end - 1) / pageSize);
    for (let page = Math.floor(first / pageSize); page <= last; ++page) {
      let behind = page;
      while (behind <= last && !this.#pages.has(behind)) ++behind;
      if (behind > page) this.#fetch(page, behind);
      page = behind;
    }
  }

  #fetch(page: number, endPage: number): void {
    const first = page * pageSize;
    const rows = this.#read(first, Math.min(endPage * pageSize, this.#length) - first) as Row[];
    for (let i = page; i < endPage; ++i) {
      this.#pages.set(i, rows.slice((i - page) * pageSize, (i - page + 1) * pageSize));
    }
  }
  #remember(changes: ListChanges<unknown>, pages: ReadonlyMap<number, Row[]>): void {
    const replaced = new Set(changes.removed);
    for (const each of changes.updated) replaced.add(each.oldPosition);
    const rememberedCount = replaced.size + changes.inserted.length + pages.size * pageSize;
    this.#steps.push({ changes, replaced, pages, rememberedCount });
    this.#rememberedCount += rememberedCount;
    while (
      this.#steps.length > 1 &&
      (this.#steps.length > stepsMax || this.#rememberedCount > rememberedMax)
    ) {
      this.#rememberedCount -= (this.#steps.shift() as Step<Row>).rememberedCount;
    }
  }
}
