import './node-version.js';

// `npm start`: the demo, served from the sources.
await import(String(new URL('../node_modules/vite/bin/vite.js', import.meta.url)));
