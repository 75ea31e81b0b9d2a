import { readdirSync, readFileSync } from 'node:fs';
import document from '../../contracts/openapi.json' with { type: 'json' };

/** What is there: random names would only ever meet what is not. */
export interface Existing {
  model: string;
  jobId: string;
  bucket: string;
  key: string;
}

const CONTRACT = /"\$ref":"([a-z-]+)\.schema\.json"/g;
const NOTHING = { model: 'churn', jobId: '0123456789abcdef01234567', key: 'incoming/churn/nothing.csv' };

/** The API's document as one file, with the names of what is there and of what is not. */
export function narrowedDocument({ model, jobId, bucket, key }: Existing): object {
  const names: Record<string, { enum: string[] }> = {
    model: { enum: [model, NOTHING.model] },
    jobId: { enum: [jobId, NOTHING.jobId] },
  };
  const narrow = (_place: string, value: unknown): unknown => {
    const parameter = value as { name?: string; in?: string } | null;
    const schema = parameter?.in === 'path' ? names[parameter.name ?? ''] : undefined;
    return schema ? { ...parameter, schema, example: schema.enum[0] } : value;
  };
  const { paths, components, ...rest } = bundled();
  const { JobBody, UploadBody } = components.schemas;
  Object.assign(JobBody.properties, {
    bucket: { const: bucket },
    key: { enum: [key, NOTHING.key] },
    model: names.model,
  });
  JobBody.examples = [{ bucket, key, model }];
  Object.assign(UploadBody.properties, { model: names.model });
  UploadBody.examples = [{ model, name: 'a.csv', bytes: 3 }];
  const narrowed = JSON.stringify(paths, narrow).replaceAll('wait=25', 'wait=1');
  return { ...rest, paths: JSON.parse(narrowed), components };
}

/** The contracts that it refers to stand among its bodies. */
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
function bundled(): any {
  const contracts = readdirSync('contracts').filter((name) => name.endsWith('.schema.json'));
  const shared = contracts.map((name) => {
    const { $id, $schema, ...schema } = JSON.parse(readFileSync(`contracts/${name}`, 'utf8'));
    return [name.replace('.schema.json', ''), schema];
  });
  const schemas = { ...document.components.schemas, ...Object.fromEntries(shared) };
  const whole = { ...document, components: { ...document.components, schemas } };
  return JSON.parse(JSON.stringify(whole).replace(CONTRACT, '"$ref":"#/components/schemas/$1"'));
}
