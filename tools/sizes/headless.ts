// The model, the session and the stores without any elements: measured, never published.
export * from '../../src/headless.js';
