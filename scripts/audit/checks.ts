/** What can be said of our packages without asking anybody. */

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface PackageFile {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** npm runs these on the machine of whoever installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** Licences under which tools and bundled code may be used here; all but the last two let their code be bundled. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
  'CC-BY-4.0',
  'MPL-2.0',
]);

/** Packages whose package.json names no licence; what they say in their other files. Both serve one rival in bench/ alone. */
const FROM_LICENCE_FILES: ReadonlyMap<string, string> = new Map([
  ['node_modules/jsfeat 0.0.8', 'MIT'],
  ['node_modules/numeric 1.2.6', 'MIT'],
]);

/** Every package is pinned by the hash of its content, and comes from no place but the registry. */
export function lockProblems({ lockfileVersion, packages }: Lock): readonly string[] {
  const problems = Object.entries(packages).flatMap(([path, { integrity, resolved, link }]) => {
    if (path === '') return [];
    if (link === true) return [`${path} is a link to a folder`];
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) {
      return [`${path} comes from ${resolved}`];
    }
    return integrity?.startsWith('sha512-') === true ? [] : [`${path} has no SHA-512`];
  });
  return lockfileVersion === 3 ? problems : [`the lock has version ${lockfileVersion}, not 3`, ...problems];
}

/** Packages whose licence is none of those that we use: `a OR b` needs one of them, `a AND b` both. */
export function licenceProblems(packages: Lock['packages']): readonly string[] {
  return Object.entries(packages).flatMap(([path, { license, version }]) => {
    const licence = license ?? FROM_LICENCE_FILES.get(`${path} ${version}`);
    if (path === '' || (licence !== undefined && isAllowed(licence))) return [];
    return [`${path} ${version}: ${licence ?? 'no licence is named'}`];
  });
}

function isAllowed(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, ' ').trim();
  return bare.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((name) => LICENCES.has(name.trim())));
}

/** Scripts that would run on the machines of others, and versions that are not exact. */
export function packageProblems({
  scripts = {},
  dependencies = {},
  devDependencies = {},
}: PackageFile): readonly string[] {
  const running = Object.keys(scripts).filter((name) => INSTALL_SCRIPTS.includes(name));
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+/.test(version),
  );
  return [
    ...running.map((name) => `the script ${name} would run on the machine of whoever installs this package`),
    ...loose.map(([name, version]) => `${name} has the version ${version}, which is not exact`),
  ];
}
