/** Codes of the engine, as its documentation spells them, and those of the boundary. */
export type HyperDBErrorCode = "invalid_definition" | "invalid_row" | "duplicate_id" | "unique_violation" | "unknown_table" | "unknown_index" | "unknown_column" | "non_prefix_column" | "conflicting_conditions" | "multiple_equality" | "no_conditions" | "range_on_hash" | "undefined_filter" | "invalid_limit" | "invalid_argument" | "write_in_selector" | "transaction_finished" | "not_synchronous" | "wrong_thread" | "nested_dispatch" | "nesting_too_deep" | "cancelled" | "closed" | "snapshot_lost" | "invalid_json" | "corrupt_key" | "driver_failure"
/** A command of the module threw an exception of its own. */
 | "exception" | "out_of_memory"
/** The module is of another version than the package, or no module of HyperDB. */
 | "wrong_module"
/** The module has trapped: nothing in it can be trusted any more. */
 | "crashed";
export interface ErrorPlace {
    readonly table?: string;
    readonly index?: string;
    readonly column?: string;
    readonly rowId?: string;
    readonly command?: string;
}
export declare class HyperDBError extends Error {
    readonly name = "HyperDBError";
    readonly code: HyperDBErrorCode;
    readonly place: ErrorPlace;
    constructor(code: HyperDBErrorCode, message: string, place?: ErrorPlace, options?: ErrorOptions);
}
/** Gives what a callback threw to the page's own error handling, without ending the caller. */
export declare function reportError(error: unknown): void;
