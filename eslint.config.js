import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import { configs as litConfigs } from 'eslint-plugin-lit'
import tseslint from 'typescript-eslint'

const TESTS = ['**/*.test.ts', '**/test/**/*.ts', 'demo/e2e/**/*.ts']

const WHOLE_SUITES = {
  selector: 'MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name=/^(only|skip|todo)$/]',
  message: 'Every test runs, every time.',
}

const TEXT_ONLY = [
  'MemberExpression[property.name=/^((inner|outer)HTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]',
  'TemplateElement[value.raw=/\\.(inner|outer)HTML\\s*=/]',
].map((selector) => ({ selector, message: 'Text goes into the page as text nodes, never as markup.' }))

/** What webpack puts an address on the web in the place of, where a Next.js app bundles the server. */
const ASSET_OF_PAGES = {
  selector: 'NewExpression[callee.name="URL"] > MemberExpression[object.type="MetaProperty"]',
  message: 'webpack takes it for a file that pages ask for; take import.meta.url in a step of its own.',
}

/** The server from the ground up: what is in a row sees only what is in the rows before, and what is in its own folder. */
const ROWS = [
  ['loopback.ts', 'parse-url.ts', 'random.ts', 'time.ts', 'weakness.ts'],
  ['pepper', 'store', 'provider', 'message', 'private-file.ts'],
  ['phone-number'],
  ['refusal', 'site'],
  ['observe', 'strict-json.ts'],
  ['guard'],
  ['token', 'alerts', 'operator'],
  ['verification'],
  ['challenge'],
  ['http'],
  ['app.ts', 'config'],
  ['assembly'],
  ['cli'],
  ['next.ts'],
  ['index.ts', 'main.ts'],
]

function rowZones() {
  return ROWS.flatMap((row, n) =>
    row.flatMap((part) => {
      const others = [...row.filter((other) => other !== part), ...ROWS.slice(n + 1).flat()]
      return others.map((other) => ({
        target: `./server/${part}`,
        from: `./server/${other}`,
        message: `${part} is in a row before ${other}, or beside it (ROWS in eslint.config.js).`,
      }))
    }),
  )
}

/**
 * Which folders may see which. Tests are exempt: they put real parts together. config/ may ask an adapter whether its
 * own settings can be used, and where a store is.
 */
const ZONES = [
  {
    target: './contract',
    from: ['./widget', './server', './demo', './bench'],
    message: 'The contract imports nothing.',
  },
  {
    target: './widget',
    from: ['./server', './demo', './bench'],
    message: 'The element never sees the server.',
  },
  {
    target: './server',
    from: ['./widget', './demo', './bench'],
    message: 'The server never sees the element.',
  },
  ...['./server/!(assembly|cli|config|provider)/**/*', './server/!(main|index).ts'].map((target) => ({
    target,
    from: './server/provider',
    except: ['./provider.ts'],
    message:
      'Only main.ts, index.ts, assembly/, cli/ and config/ name adapters; everybody else sees the interface.',
  })),
  ...['./server/!(assembly|cli|store)/**/*', './server/!(main|index).ts'].map((target) => ({
    target,
    from: './server/store',
    except: ['./store.ts', './address.ts', './in-turn.ts', './insist.ts', './listing.ts', './untouched.ts'],
    message: 'Only main.ts, index.ts, assembly/ and cli/ name adapters; everybody else sees the interface.',
  })),
  ...['./server/!(assembly|sandbox)/**/*', './server/!(main|index).ts'].map((target) => ({
    target,
    from: './server/sandbox',
    message: 'Only main.ts, index.ts and assembly/ start the sandbox.',
  })),
  {
    target: './server/store/*.ts',
    from: ['./server/store/redis', './server/store/sqlite'],
    message: 'What all stores share knows none of them.',
  },
  ...rowZones(),
]

function off(...unsafe) {
  return Object.fromEntries(unsafe.map((what) => [`@typescript-eslint/no-unsafe-${what}`, 'off']))
}

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/', '**/node_modules/', '**/.next/', '**/next-env.d.ts'] },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js', '.mjs'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Packages import nothing of ours; to read them all took half of the time.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-duplicates': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 300],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-imports': ['error', { patterns: ['lit/directives/unsafe-*'] }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
        { object: 'URL', property: 'canParse', message: 'That of Node.js 20 is wrong at times: parseUrl.' },
      ],
      'no-restricted-syntax': ['error', WHOLE_SUITES, ...TEXT_ONLY],
    },
  },
  {
    files: ['{contract,widget,server,demo,bench}/**/*.ts'],
    // Their types are those of packages that are installed elsewhere; what is built there checks them.
    ignores: ['demo/next/**', 'demo/templates/**', 'widget/templates/**'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Factories return plain objects; their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // The atomic steps of a store in memory are synchronous behind a promise.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['server/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', WHOLE_SUITES, ...TEXT_ONLY, ASSET_OF_PAGES] },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', WHOLE_SUITES],
      // Tests read answers as they come, which is as `any`.
      ...off('argument', 'assignment', 'call', 'member-access', 'return'),
    },
  },
  {
    // Chai's assertions are getters, and its promised ones make every assertion look like a promise.
    files: ['widget/**/*.test.ts', 'widget/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['{contract,widget,server}/**/*.ts'],
    ignores: TESTS,
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: ZONES }] },
  },
  {
    files: ['contract/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^[^.]', message: 'The contract imports nothing.' }] },
      ],
    },
  },
  {
    files: ['widget/**/*.ts'],
    extends: [litConfigs['flat/recommended']],
  },
  {
    files: ['widget/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!\\.|lit$|lit/)', message: 'The element imports the contract and Lit.' },
            {
              regex: '^lit/directives/unsafe-',
              message: 'Text goes into the page as text nodes, never as markup.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['widget/react/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!\\.|react$)', message: 'The React component imports the element and React.' },
          ],
        },
      ],
    },
  },
  {
    files: ['widget/templates/*.d.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.|vue$|svelte/elements$|solid-js$)',
              message: 'Types for templates import the element and their framework.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['{widget,server}/**/*.ts'],
    // The one place that sees to what a terminal is told.
    ignores: ['server/cli/terminal.ts', ...TESTS],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['AbortSignal', 'URL', 'console', 'fetch', 'performance', 'process', 'setInterval'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
    // TypeScript sees none of these; a script that runs by hand only would else miss what it imports when it is needed.
    rules: { 'no-undef': 'error', 'import-x/named': 'error' },
  },
  // Tools find their configuration, and Next.js pages and layouts, by default exports.
  {
    files: ['**/*.config.{ts,js,mjs}', 'demo/next/**', 'bench/peers/next/**'],
    rules: { 'import-x/no-default-export': 'off' },
  },
)
