export { createStatusServer, type StatusServer } from './server/status-server.js';
export type { RateLimit, RateLimitOptions, StatusServerOptions } from './server/server-options.js';
export type { Identity } from './server/access/identity.js';
export { jwtVerifier, type JwtVerifierOptions } from './server/access/jwt-verifier.js';
export type { Log, LogLine } from './server/log.js';
export { nodeHandler, type NodeHandler } from './server/http/node-handler.js';
export { openApi } from './server/openapi/openapi.js';
