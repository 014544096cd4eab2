// Bundles each entry beside this file into static/vendor/<name>-<hash>.js, with a manifest of the names.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, '..', 'static', 'vendor');
const entries = ['echarts', 'islands'];

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
const { metafile } = await build({
  entryPoints: entries.map((name) => join(here, `${name}.js`)),
  entryNames: '[name]-[hash]',
  outdir,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
});
const names = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [
  basename(entryPoint ?? '', '.js'),
  basename(path),
]);
await writeFile(join(outdir, 'manifest.json'), JSON.stringify(Object.fromEntries(names), null, 1));
