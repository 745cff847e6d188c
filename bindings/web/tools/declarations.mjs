// The TypeScript declarations of a module, and the file that has its definitions, made of what the module says of
// itself (WebModule::describe).

const isIdentifier = (name) => /^[A-Za-z_$][\w$]*$/.test(name);

/** The row types of a description, by name; rows of one name but of another shape get a number behind it. */
class Rows {
  constructor() {
    this.byName = new Map(); // name -> type, as text
  }
  nameOf(row) {
    if (!row.type) return "Readonly<Record<string, unknown>>";
    const type = typeText(row.type, this);
    const base = row.name && isIdentifier(row.name) ? row.name : "Row";
    for (let number = 1; ; ++number) {
      const name = number === 1 ? base : base + number;
      if (!this.byName.has(name)) this.byName.set(name, type);
      if (this.byName.get(name) === type) return name;
    }
  }
}

function objectText(type, rows, indent) {
  if (type.fields.length === 0) return "{}";
  const inner = indent + "  ";
  const lines = type.fields.map((field) => {
    const name = isIdentifier(field.name) ? field.name : JSON.stringify(field.name);
    const of = field.optional && field.type.kind === "maybe" ? field.type.of : field.type;
    return `${inner}readonly ${name}${field.optional ? "?" : ""}: ${typeText(of, rows, inner)};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/** A type as TypeScript writes it. */
export function typeText(type, rows, indent = "") {
  const of = () => typeText(type.of, rows, indent);
  switch (type.kind) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
    case "null":
    case "void":
      return type.kind;
    case "bytes":
      return "Uint8Array";
    case "any":
      return "unknown";
    case "literal":
      return type.bigint !== undefined ? `${type.bigint}n` : JSON.stringify(type.value);
    case "array":
      return `readonly (${of()})[]`;
    case "record":
      return `Readonly<Record<string, ${of()}>>`;
    case "maybe":
      return `${of()} | undefined`;
    case "union":
      return type.of.map((each) => typeText(each, rows, indent)).join(" | ");
    case "object":
      return objectText(type, rows, indent);
    case "row":
      return rows.nameOf(type);
    case "rows":
      return `readonly ${of()}[]`;
    default:
      throw new Error(`a type of the kind ${type.kind} is not known here`);
  }
}

function argumentsText(command, rows) {
  if (command.arguments.length === 0) return "Record<never, never>";
  const members = command.arguments.map(({ name, type }) => {
    const isOptional = type.kind === "maybe";
    return `readonly ${name}${isOptional ? "?" : ""}: ${typeText(isOptional ? type.of : type, rows)}`;
  });
  return `{ ${members.join("; ")} }`;
}

/** The text of <name>.d.ts. */
export function declarations(description, name) {
  const rows = new Rows();
  const constants = [];
  for (const table of description.tables) {
    constants.push(`export declare const ${table.name}: TableDefinition<${rows.nameOf(table.row)}>;\n`);
  }
  const command = (each, type) =>
    `export declare const ${each.name}: ${type}<${argumentsText(each, rows)}, ${typeText(each.result, rows)}>;\n`;
  for (const each of description.selectors) constants.push(command(each, "SelectorDefinition"));
  for (const each of description.actions) constants.push(command(each, "ActionDefinition"));
  const types = [...rows.byName].map(([row, type]) =>
    type.startsWith("{") ? `export interface ${row} ${type}\n` : `export type ${row} = ${type};\n`,
  );
  return `// Made of the module ${name} by hyperdb_add_web_module: its tables, selectors and actions.
import type { ActionDefinition, SelectorDefinition, TableDefinition } from "@hyperdb/web";

${types.join("\n")}
${constants.join("")}
/** Where the module is, for openDatabase. */
declare const moduleUrl: URL;
export default moduleUrl;
`;
}

/** The text of <name>.js. */
export function definitions(description, name) {
  const line = (each, make) => `export const ${each.name} = /* @__PURE__ */ ${make}("${each.name}");\n`;
  return `// Made of the module ${name} by hyperdb_add_web_module.
import { defineAction, defineSelector, defineTable } from "@hyperdb/web";

${description.tables.map((each) => line(each, "defineTable")).join("")}${description.selectors
    .map((each) => line(each, "defineSelector"))
    .join("")}${description.actions.map((each) => line(each, "defineAction")).join("")}
export default new URL("./${name}.wasm", import.meta.url);
`;
}
