// The model, the session and the local stores, without elements: measured, never published.
export * from '../../src/headless.js';
