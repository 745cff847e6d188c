// The definitions of a module as a page sees them: what the generated file of a module exports under their names.

/** What a call of a command gives to the database. Nothing runs until it does. */
export interface SelectorCall<Args, Result> {
  readonly selector: SelectorDefinition<Args, Result>;
  readonly args: Args;
}
/** The same of an action. */
export interface ActionCall<Args, Result> {
  readonly action: ActionDefinition<Args, Result>;
  readonly args: Args;
}

declare const resultType: unique symbol;

/** A selector of a module: `projectTasks({ projectId })` is a call, `{ selector: projectTasks, args }` the same. */
export interface SelectorDefinition<Args, Result> {
  (...args: Parameters0<Args>): SelectorCall<Args, Result>;
  readonly kind: "selector";
  readonly definitionName: string;
  readonly [resultType]?: Result;
}
/** An action of a module. */
export interface ActionDefinition<Args, Result> {
  (...args: Parameters0<Args>): ActionCall<Args, Result>;
  readonly kind: "action";
  readonly definitionName: string;
  readonly [resultType]?: Result;
}
/** A table of a module: its name, and the type of its rows. */
export interface TableDefinition<Row> {
  readonly kind: "table";
  readonly definitionName: string;
  readonly [resultType]?: Row;
}

/** One object of named arguments; it may be left out when none of them is required. */
type Parameters0<Args> = Record<never, never> extends Args ? [args?: Args] : [args: Args];

/** The type of a table's rows. */
export type RowOf<Table> = Table extends TableDefinition<infer Row> ? Row : never;
/** The type of a selector's or an action's result. */
export type ResultOf<Definition> =
  Definition extends SelectorDefinition<never, infer Result>
    ? Result
    : Definition extends ActionDefinition<never, infer Result>
      ? Result
      : never;

function define<T extends object>(
  kind: string,
  name: string,
  value: T,
): T & { kind: string; definitionName: string } {
  return Object.freeze(Object.assign(value, { kind, definitionName: name }));
}

/** Used by generated files. */
export function defineSelector<Args, Result>(name: string): SelectorDefinition<Args, Result> {
  const definition = (args?: Args) => ({ selector: definition, args: args ?? {} });
  return define("selector", name, definition) as unknown as SelectorDefinition<Args, Result>;
}
export function defineAction<Args, Result>(name: string): ActionDefinition<Args, Result> {
  const definition = (args?: Args) => ({ action: definition, args: args ?? {} });
  return define("action", name, definition) as unknown as ActionDefinition<Args, Result>;
}
export function defineTable<Row>(name: string): TableDefinition<Row> {
  return define("table", name, {}) as unknown as TableDefinition<Row>;
}
