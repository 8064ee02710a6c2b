/** Where the published manifest finds a module: in dist/, not in src/. @param {string} path */
const published = (path) => path.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');

/** Rewrites every path of the manifest. */
function publishedPaths() {
  /** @param {any} value @returns {void} */
  const rewrite = (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of ['path', 'module']) if (typeof value[key] === 'string') value[key] = published(value[key]);
    Object.values(value).forEach(rewrite);
  };
  return {
    name: 'published-paths',
    /** @param {{ customElementsManifest: unknown }} analysis */
    packageLinkPhase({ customElementsManifest }) {
      rewrite(customElementsManifest);
    },
  };
}

export default {
  globs: ['src/elements/**/*.ts', 'src/define/*.ts'],
  exclude: ['src/elements/**/*.styles.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publishedPaths()],
};
