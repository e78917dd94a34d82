import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * JSON Schema (2020-12) of a zod schema, without parts that only zod needs: the bounds of safe
 * integers, the patterns of formats.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...own } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // A later release may add members to answers, so clients must accept unknown ones.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
      nameProperties(jsonSchema);
    },
  });
  return own;
}

/** Describes a record with known names as an object with these properties. */
function nameProperties(schema: JsonSchema): void {
  const { propertyNames, additionalProperties } = schema;
  delete schema.propertyNames;
  if (
    typeof propertyNames !== 'object' ||
    !propertyNames.enum ||
    additionalProperties === undefined
  )
    return;
  schema.properties = Object.fromEntries(
    propertyNames.enum.map((name) => [String(name), additionalProperties]),
  );
  delete schema.additionalProperties;
}
