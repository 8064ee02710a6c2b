// The same with the store of the status server: what that adds is measured.
export * from '../../src/headless.js';
export * from '../../src/http.js';
