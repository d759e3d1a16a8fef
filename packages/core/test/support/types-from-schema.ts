/** The part of JSON Schema that the schema of a report uses. */
export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** What the type of a whole schema is called, where a part of it refers to the whole. */
export const wholeType = 'FromSchema';

/** Writes the TypeScript type that a schema describes. Anything it does not know is an error, so nothing is passed over. */
export function toTypeScript(schema: Schema, root: Schema = schema): string {
  const { $ref, type } = schema;
  if ($ref === '#') return wholeType;
  if ($ref !== undefined) return toTypeScript(resolveReference($ref, root), root);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  switch (type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      if (schema.items === undefined) break;
      return `readonly (${toTypeScript(schema.items, root)})[]`;
    case 'object':
      if (schema.additionalProperties === true && schema.properties === undefined) {
        return 'Readonly<Record<string, unknown>>';
      }
      if (schema.additionalProperties !== false) break; // what is not listed must not be there
      return toObjectType(schema, root);
    case undefined:
  }
  throw new Error(`this schema has no type: ${JSON.stringify(schema)}`);
}

function toObjectType({ properties = {}, required = [] }: Schema, root: Schema): string {
  const unknown = required.filter((name) => !Object.hasOwn(properties, name));
  if (unknown.length > 0) throw new Error(`required, but not a property: ${unknown.join(', ')}`);
  const members = Object.entries(properties).map(([name, property]) => {
    return `readonly ${name}${required.includes(name) ? '' : '?'}: ${toTypeScript(property, root)};`;
  });
  return `{ ${members.join(' ')} }`;
}

function resolveReference(reference: string, root: Schema): Schema {
  const found = root.$defs?.[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}
