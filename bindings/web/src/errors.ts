// HyperDBError: everything that goes wrong, with the code and the place that the engine gives.

/** Codes of the engine, as its documentation spells them, and those of the boundary. */
export type HyperDBErrorCode =
  | "invalid_definition"
  | "invalid_row"
  | "duplicate_id"
  | "unique_violation"
  | "unknown_table"
  | "unknown_index"
  | "unknown_column"
  | "non_prefix_column"
  | "conflicting_conditions"
  | "multiple_equality"
  | "no_conditions"
  | "range_on_hash"
  | "undefined_filter"
  | "invalid_limit"
  | "invalid_argument"
  | "write_in_selector"
  | "transaction_finished"
  | "not_synchronous"
  | "wrong_thread"
  | "nested_dispatch"
  | "nesting_too_deep"
  | "cancelled"
  | "closed"
  | "snapshot_lost"
  | "invalid_json"
  | "corrupt_key"
  | "driver_failure"
  /** A command of the module threw an exception of its own. */
  | "exception"
  | "out_of_memory"
  /** The module is of another version than the package, or no module of HyperDB. */
  | "wrong_module"
  /** The module has trapped: nothing in it can be trusted any more. */
  | "crashed";

/** Where an error happened; members that do not apply are absent. */
export interface ErrorPlace {
  readonly table?: string;
  readonly index?: string;
  readonly column?: string;
  readonly rowId?: string;
  readonly command?: string;
}

/** What this package throws. `message` is one sentence that names what is known of the place. */
export class HyperDBError extends Error {
  override readonly name = "HyperDBError";
  readonly code: HyperDBErrorCode;
  readonly place: ErrorPlace;

  constructor(code: HyperDBErrorCode, message: string, place: ErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.place = place;
  }
}

/** Calls the functions that are in the set now and are not taken out by one of them; reports what they throw. */
export function callAll(functions: ReadonlySet<() => void>): void {
  for (const each of [...functions]) {
    if (!functions.has(each)) continue;
    try {
      each();
    } catch (error) {
      reportError(error);
    }
  }
}

/** Gives what a callback threw to the page's own error handling, without ending the caller. */
export function reportError(error: unknown): void {
  const report = (globalThis as { reportError?: (error: unknown) => void }).reportError;
  if (report) report(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}
