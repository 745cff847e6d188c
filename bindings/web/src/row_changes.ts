// RowChangesStore: a list of rows together with the change sets that led to it.
import type { ListChanges } from "./bytes.js";
import type { LiveState } from "./live.js";

export interface RowChanges<Row> {
  readonly rows: readonly Row[];
  /** In order: what made these rows of those that were on the screen before. Empty when the list starts anew. */
  readonly changes: readonly ListChanges<Row>[];
}

interface Source<Row> {
  state(): LiveState<readonly Row[]>;
  subscribe(listener: () => void): () => void;
}

/** The change set for lists whose steps are not known. */
function replaceAll<Row>(before: readonly Row[], after: readonly Row[]): ListChanges<Row> {
  return {
    size: after.length,
    removed: before.map((_, position) => position),
    updated: [],
    inserted: after.map((row, position) => ({ position, row })),
  };
}

export class RowChangesStore<Row> {
  readonly #source: Source<Row>;
  /** How many change sets there were up to a snapshot. */
  readonly #ends = new WeakMap<RowChanges<Row>, number>();
  #last: LiveState<readonly Row[]> | undefined;
  #snapshot: RowChanges<Row> = { rows: [], changes: [] };
  #open: readonly ListChanges<Row>[] = [];
  #committedCount = 0;

  constructor(source: Source<Row>) {
    this.#source = source;
  }

  /** Returns the rows and their changes: the same object until they change. Throws what the selector throws. */
  readonly getSnapshot = (): RowChanges<Row> => {
    const state = this.#source.state();
    if (state.error) throw state.error;
    const last = this.#last;
    this.#last = state;
    const rows = state.data ?? [];
    if (last === undefined) return this.#publish(rows);
    if (rows === this.#snapshot.rows) return this.#snapshot;
    const isNext = state.changes !== null && state.dataVersion === last.dataVersion + 1;
    const changes = isNext ? (state.changes as ListChanges<Row>) : replaceAll(this.#snapshot.rows, rows);
    this.#open = [...this.#open, changes];
    return this.#publish(rows);
  };
  readonly subscribe = (listener: () => void): (() => void) =>
    this.#source.subscribe(() => {
      this.#collect();
      listener();
    });
  /** Returns the changes since the last `take`, with the rows that they lead to; undefined when there are none. */
  take(): RowChanges<Row> | undefined {
    const snapshot = this.getSnapshot();
    if ((this.#ends.get(snapshot) ?? 0) === this.#committedCount) return undefined;
    this.committed(snapshot);
    return snapshot;
  }
  /** The next snapshot starts at this one. */
  committed(snapshot: RowChanges<Row>): void {
    const end = this.#ends.get(snapshot) ?? 0;
    if (end <= this.#committedCount) return;
    this.#open = this.#open.slice(end - this.#committedCount);
    this.#committedCount = end;
    if (snapshot !== this.#snapshot) this.#publish(this.#snapshot.rows); // that one started further back
  }

  #publish(rows: readonly Row[]): RowChanges<Row> {
    this.#snapshot = { rows, changes: this.#open };
    this.#ends.set(this.#snapshot, this.#committedCount + this.#open.length);
    return this.#snapshot;
  }
  /** Takes the changes now: a renderer may look only after several of them. */
  #collect(): void {
    try {
      this.getSnapshot();
    } catch {
      // The renderer's look throws it again.
    }
  }
}
