export { createStatusServer, type StatusServer } from './server/status-server.js';
export type { StatusServerOptions } from './server/desk.js';
export type { Identity } from './server/identity.js';
export { jwtVerifier, type JwtVerifierOptions } from './server/jwt-verifier.js';
export type { Log, LogLine } from './server/log.js';
export { nodeHandler, type NodeHandler } from './server/node-handler.js';
export { openApi } from './server/openapi.js';
