/** Where the published manifest finds a module: in dist/, not in src/. @param {string} path */
const published = (path) => path.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');

/** Whether a user of the elements needs to read about a module: it has a class, or it registers one. @param {any} module */
const isPublic = ({ declarations = [], exports = [] }) =>
  declarations.some((/** @type {any} */ { kind }) => kind === 'class' || kind === 'mixin') ||
  exports.some((/** @type {any} */ { kind }) => kind === 'custom-element-definition');

/** Leaves out the inner classes and functions of a module, and the private members of the others. @param {any} module */
function onlyPublic(module) {
  module.declarations = module.declarations?.filter(
    (/** @type {any} */ { kind, name }) => kind !== 'function' && /^Phone|^SessionElement$/.test(name),
  );
  for (const declaration of module.declarations ?? []) {
    declaration.members = declaration.members?.filter(
      (/** @type {any} */ { name, privacy }) => !name.startsWith('#') && privacy !== 'private',
    );
  }
}

/** Leaves out what no user sees, and rewrites every path of the manifest. */
function publicModules() {
  /** @param {any} value @returns {void} */
  const rewrite = (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of ['path', 'module']) if (typeof value[key] === 'string') value[key] = published(value[key]);
    Object.values(value).forEach(rewrite);
  };
  return {
    name: 'public-modules',
    /** @param {{ customElementsManifest: { modules: any[] } }} analysis */
    packageLinkPhase({ customElementsManifest }) {
      customElementsManifest.modules.forEach(onlyPublic);
      customElementsManifest.modules = customElementsManifest.modules.filter(isPublic);
      rewrite(customElementsManifest);
    },
  };
}

export default {
  globs: ['src/elements/**/*.ts', 'src/define/*.ts'],
  exclude: ['src/elements/**/*.styles.ts', 'src/elements/{controllers,notes,text}/**'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicModules()],
};
