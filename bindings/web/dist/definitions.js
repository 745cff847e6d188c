// The definitions of a module as a page sees them: what the generated file of a module exports under their names.
function define(kind, name, value) {
    return Object.freeze(Object.assign(value, { kind, definitionName: name }));
}
/** Used by generated files. */
export function defineSelector(name) {
    const definition = (args) => ({ selector: definition, args: args ?? {} });
    return define("selector", name, definition);
}
export function defineAction(name) {
    const definition = (args) => ({ action: definition, args: args ?? {} });
    return define("action", name, definition);
}
export function defineTable(name) {
    return define("table", name, {});
}
