import type { ListChanges } from "./bytes.js";
import type { Changeable, Engine } from "./engine.js";
import type { HyperDBError } from "./errors.js";
export type LiveStatus = "pending" | "success" | "error";
/** Everything that is known of a live result at one moment. Immutable. */
export interface LiveState<T> {
    readonly status: LiveStatus;
    readonly isFetching: boolean;
    /** The last result, also after an error. */
    readonly data: T | undefined;
    readonly error: HyperDBError | null;
    /** The commit at which the result was current; -1: there is none yet. */
    readonly revision: number;
    /** How often the selector has run. */
    readonly runsCount: number;
    /** How the list of rows became this one; null for other results, and for a first one. */
    readonly changes: ListChanges | null;
}
/** The part that lists of rows read in part and whole results share. */
export declare class LiveResult<T> implements Changeable {
    #private;
    readonly isLazy: boolean;
    constructor(engine: Engine, handle: number, isLazy: boolean, gcTimeMs: number, onUnused: () => void);
    /** The number of listeners. */
    get listenersCount(): number;
    /** Returns the state; runs the selector first if it has to. O(1) while nothing has changed. */
    state(): LiveState<T>;
    /** Returns the state without a run. */
    peek(): LiveState<T>;
    /** Calls `listener` after each change of the result or of its state. Returns the function that ends it. */
    subscribe(listener: () => void): () => void;
    /** Runs the selector again. */
    refetch(): void;
    /** Reads rows of a lazy result. */
    rows(first: number, count: number): object[];
    close(): void;
    markChanged(): void;
    notify(): void;
}
