import './node-version.js';

// `npm test`, `npm run test:all`: all stages, one after the other.
await import('./test-stages.js');
