// HyperDBError: everything that goes wrong, with the code and the place that the engine gives.
export class HyperDBError extends Error {
    name = "HyperDBError";
    code;
    place;
    constructor(code, message, place = {}, options) {
        super(message, options);
        this.code = code;
        this.place = place;
    }
}
/** Gives what a callback threw to the page's own error handling, without ending the caller. */
export function reportError(error) {
    const report = globalThis.reportError;
    if (report)
        report(error);
    else
        queueMicrotask(() => { throw error; });
}
