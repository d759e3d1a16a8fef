import { type Route, routes } from '../server/routes.js';
import { type Content, type Operation, operations } from './operations.js';
import { createSchemas, type JsonSchema } from './schemas.js';

/** What can happen to any request. 500 is not promised to anybody, and documented all the same. */
const commonProblems: readonly number[] = [400, 403, 408, 429, 431, 500];

/** Makes the description of the endpoint. Source: OpenAPI Specification 3.1. */
export function createOpenApiDocument(): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quiesce control endpoint',
      version: '1',
      description:
        'Stops a service and tells when it is over. Over its Unix socket the owner may do everything.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: createSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Over TCP.' } },
    },
  };
}

function describeRoute(route: Route): JsonSchema {
  const operation = operations[route.name];
  const { summary, description, body, query = {} } = operation;
  const needed = route.access === 'anyone' ? '' : ` Needs the role \`${route.access}\`.`;
  return {
    operationId: route.name,
    summary,
    description: `${description}${needed}`,
    // Nothing is needed over the socket.
    security: route.access === 'anyone' ? [] : [{ token: [] }, {}],
    parameters: Object.entries(query).map(([name, about]) => {
      return {
        name,
        in: 'query',
        description: about,
        required: false,
        allowEmptyValue: true,
        schema: { type: 'string' },
      };
    }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: false, content: toContent({ 'application/json': body }) } }),
    responses: describeAnswers(route, operation),
  };
}

function describeAnswers(route: Route, { answers, problems }: Operation): JsonSchema {
  const denied = route.access === 'anyone' ? [] : [401];
  const responses: Record<string, { description: string; content: Record<string, unknown> }> = {};
  for (const [status, { description, content }] of Object.entries(answers)) {
    responses[status] = { description, content: toContent(content) };
  }
  for (const status of [...commonProblems, ...denied, ...problems]) {
    const known = responses[status];
    const content = { ...known?.content, ...toContent({ 'application/problem+json': 'Problem' }) };
    responses[status] = { description: known?.description ?? 'A problem; `code` says which.', content };
  }
  return responses;
}

function toContent(content: Content): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([type, name]) => [type, { schema: toSchema(name) }]),
  );
}

function toSchema(name: string): JsonSchema {
  if (name === 'text') return { type: 'string' };
  return name === 'any' ? {} : { $ref: `#/components/schemas/${name}` };
}
