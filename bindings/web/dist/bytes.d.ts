/** Writes values. Members of objects are written in the order of their names, so equal values are equal bytes. */
export declare class ByteWriter {
    #private;
    reset(): void;
    /** What was written; valid until the next write. */
    written(): Uint8Array;
    /** Throws HyperDBError(invalid_argument), naming the place, for what can't be passed. */
    value(value: unknown, path?: string, level?: number): void;
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
    readonly inserted: readonly {
        readonly position: number;
        readonly row: Row;
    }[];
}
/** Reads what a module has written. Rows and nested objects are frozen; arrays of rows are not. */
export declare class ByteReader {
    #private;
    constructor(bytes: Uint8Array, known: Known);
    byte(): number;
    varint(): number;
    value(): unknown;
    /** Reads a row by its slot, and its content when it is new. */
    row(): object;
    rows(count: number): object[];
    changes(hasRows: boolean): ListChanges;
}
/** Returns the list after the changes; the list before stays as it is. O(size of the list), a copy of references. */
export declare function applyChanges<Row>(before: readonly Row[], changes: ListChanges<Row>): Row[];
