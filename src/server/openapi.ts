/** The protocol of the status server as OpenAPI 3.1 describes it. */
export const openApi = { openapi: '3.1.0', info: { title: 'Phone status server', version: '1' }, paths: {} } as const;
