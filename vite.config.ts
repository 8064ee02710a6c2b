import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { transform } from 'lightningcss';
import { minify, type MinifyOptions } from 'terser';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';
import { emojiData, emojiDataName, emojiLicences, patchEmojiPicker } from './tools/emoji-picker.js';
import { ownNameAliases, root } from './tools/own-name.js';

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const packageJson = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as PackageJson;

/** The exports map and the command name the entries: `./dist/a/*.js` stands for every file of `src/a`, `./dist/b.js` for `src/b.ts`. */
function entries(): Record<string, string> {
  const files = Object.values(packageJson.exports).flatMap((target) =>
    typeof target === 'string' ? [] : target.default,
  );
  const names = [...files, ...Object.values(packageJson.bin)].flatMap((file) => {
    const name = file.replace(/^\.\/dist\//, '').replace(/\.js$/, '');
    return name.endsWith('/*') ? filesIn(name.slice(0, -2)) : name;
  });
  return Object.fromEntries(names.map((name) => [name, `${root}src/${name}.ts`]));
}

function filesIn(folder: string): string[] {
  return readdirSync(`${root}src/${folder}`).map((file) => `${folder}/${file.replace(/\.ts$/, '')}`);
}

/** What the compiler adds to a file, and what is taken over from a package, gets a name that is published. */
function publishedName(name: string): string {
  if (name.startsWith('_virtual/')) return `runtime/${name.slice(name.lastIndexOf('/') + 1)}`;
  return name.replace(/^(\.\.\/)*node_modules\//, 'vendor/');
}

const packages = Object.keys({ ...packageJson.dependencies, ...packageJson.optionalDependencies });
const outside = new RegExp(`^(node:|(${packages.join('|')})(/|$))`);

/** Typed modules, file by file as in `src/`; packages stay outside. */
const modules: EnvironmentOptions = {
  consumer: 'client',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    minify: false,
    lib: { entry: entries(), formats: ['es'] },
    rolldownOptions: {
      external: outside,
      output: {
        preserveModules: true,
        preserveModulesRoot: `${root}src`,
        entryFileNames: ({ name }) => `${publishedName(name)}.js`,
      },
    },
  },
};

/** One minified file without bare imports, and lazy chunks beside it. */
function bundle(entry: string, outDir: string, name: string): EnvironmentOptions {
  return {
    consumer: 'client',
    build: {
      outDir,
      emptyOutDir: false,
      lib: { entry: { [name]: `${root}${entry}` }, formats: ['es'] },
      rolldownOptions: {
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: (chunk) => `${name}.${packageOf(chunk.facadeModuleId) ?? chunk.name}-[hash].js`,
          // Hints for a bundler that comes after this one: none does.
          comments: { annotation: false },
          minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
        },
      },
    },
  };
}

/** The package that a lazy chunk begins with, to call the chunk by it. */
function packageOf(module: string | null | undefined): string | undefined {
  return module
    ?.split('/node_modules/')
    .at(-1)
    ?.match(/^(@[^/]+\/)?([^/]+)/)?.[2];
}

/** Writes which modules each chunk of a bundle is made of: a test reads it. */
function moduleList(): Plugin {
  return {
    name: 'module-list',
    applyToEnvironment: ({ name }) => name !== 'modules',
    writeBundle(_options, output) {
      const chunks = Object.values(output).flatMap((file) => (file.type === 'chunk' ? [file] : []));
      const list = chunks.map(({ fileName, isEntry, exports, imports, dynamicImports, moduleIds }) => {
        return {
          fileName,
          isEntry,
          exports,
          imports,
          dynamicImports,
          modules: moduleIds.map((id) => id.replace(root, '')),
        };
      });
      mkdirSync(`${root}dist-size`, { recursive: true });
      writeFileSync(`${root}dist-size/${this.environment.name}.modules.json`, JSON.stringify(list, null, 2));
    },
  };
}

/** Style sheets are minified like code: in a template the bundler leaves them as they are written. */
function minifyStyles(): Plugin {
  return {
    name: 'minify-styles',
    apply: 'build',
    applyToEnvironment: ({ name }) => name !== 'modules',
    transform(code, id) {
      if (!id.startsWith(`${root}src/`)) return null;
      return code.replace(/\bcss`([^`$]*)`/g, (_, sheet: string) => {
        const cooked = Buffer.from(sheet.replaceAll('\\\\', '\\'));
        const { code: minified } = transform({ filename: id, code: cooked, minify: true });
        return `css\`${minified.toString().replaceAll('\\', '\\\\')}\``;
      });
    },
  };
}

/** An indented line that is left after minifying stands in a template: a space says the same as its line break. */
function foldTemplates(): Plugin {
  return {
    name: 'fold-templates',
    apply: 'build',
    applyToEnvironment: ({ name }) => name !== 'modules',
    generateBundle(_options, output) {
      for (const file of Object.values(output)) {
        if (file.type === 'chunk') file.code = file.code.trimEnd().replace(/\s*\n {2,}/g, ' ');
      }
    },
  };
}

/** Makes the bundles 1 to 2 % smaller than the bundler's own minifier does. */
function minifyAgain(): Plugin {
  const options: MinifyOptions = { module: true, compress: { passes: 3, pure_getters: true, unsafe_arrows: true } };
  return {
    name: 'minify-again',
    apply: 'build',
    applyToEnvironment: ({ name }) => name !== 'modules',
    async generateBundle(_options, output) {
      for (const file of Object.values(output)) {
        if (file.type === 'chunk') file.code = (await minify(file.code, options)).code ?? file.code;
      }
    },
  };
}

/** Makes the emoji picker fit for strict pages, and puts its data beside the module that names it. */
function emojiPicker(): Plugin {
  return {
    name: 'emoji-picker',
    transform: (code, id) => patchEmojiPicker(id, code),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.split('?')[0]?.endsWith(`/${emojiDataName}`)) return next();
        response.writeHead(200, { 'content-type': 'application/json', etag: '"emoji"' }).end(emojiData());
      });
    },
    // A bundler of the package's users finds the data by the plain expression.
    renderChunk: (code) => code.replace(/new URL\(\s*\/\* @vite-ignore \*\/\s*/, 'new URL('),
    generateBundle(_options, output) {
      const owner = Object.values(output).find(
        (file) => file.type === 'chunk' && file.moduleIds.some((id) => id.endsWith('/emoji-data.ts')),
      );
      if (!owner) return;
      const folder = owner.fileName.slice(0, owner.fileName.lastIndexOf('/') + 1);
      this.emitFile({ type: 'asset', fileName: folder + emojiDataName, source: emojiData() });
      this.emitFile({ type: 'asset', fileName: `${folder}emoji-picker.LICENSE.txt`, source: emojiLicences() });
    },
  };
}

/** The server's own address shows the demo. */
function demoFirst(): Plugin {
  return {
    name: 'demo-first',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url !== '/') return next();
        response.writeHead(302, { location: '/demo/' }).end();
      });
    },
  };
}

/** What a build makes, in this order. The first one empties dist/. */
const environments: Record<string, EnvironmentOptions> = {
  modules,
  bundle: bundle('src/bundle.ts', 'dist', 'phone-widget.bundle'),
  settings: bundle('src/settings-bundle.ts', 'dist', 'phone-settings.bundle'),
  http: bundle('src/http.ts', 'dist', 'phone-http.bundle'),
  selector: bundle('tools/sizes/selector.ts', 'dist-size', 'selector'),
  headless: bundle('tools/sizes/headless.ts', 'dist-size', 'headless'),
  headlessHttp: bundle('tools/sizes/headless-http.ts', 'dist-size', 'headless-http'),
};

export default defineConfig(({ command }) => ({
  root,
  publicDir: false,
  resolve: { alias: ownNameAliases },
  // Packages are served as they are: nothing is bundled ahead, so a page never reloads because of a late discovery.
  optimizeDeps: { noDiscovery: true, include: [] },
  build: { target: 'es2022', copyPublicDir: false },
  plugins: [demoFirst(), emojiPicker(), minifyStyles(), foldTemplates(), minifyAgain(), moduleList()],
  ...(command === 'build' && { environments }),
  builder: {
    async buildApp(builder) {
      for (const name of Object.keys(environments)) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
}));
