/** The addresses that the agent's proxy is not used for. */
export interface BypassList {
  readonly patterns: readonly RegExp[];
  /** What is no regular expression, as it stands there. */
  readonly skipped: readonly string[];
}

/**
 * Reads the agent's bypass list, a JSON list of texts. It holds regular expressions; one that is none is skipped, as the agent
 * does: people write `*.corp.example` (agent: `AgentWebProxy.cs`, microsoft/azure-pipelines-agent#4718).
 */
export function parseBypassList(json: string | undefined): BypassList {
  const entries = parseEntries(json ?? '[]');
  if (entries === undefined) return { patterns: [], skipped: [json ?? ''] };
  const patterns: RegExp[] = [];
  const skipped: string[] = [];
  for (const entry of entries) {
    try {
      patterns.push(new RegExp(entry, 'i'));
    } catch {
      skipped.push(entry);
    }
  }
  return { patterns, skipped };
}

function parseEntries(json: string): readonly string[] | undefined {
  try {
    const entries: unknown = JSON.parse(json);
    if (!Array.isArray(entries)) return undefined;
    return entries.filter((entry) => typeof entry === 'string' && entry.trim() !== '') as string[];
  } catch {
    return undefined;
  }
}

/** Whether an address is exempt. As the agent, it looks at `scheme://host[:port]` only, never at the path. */
export function isBypassed(url: URL, { patterns }: BypassList): boolean {
  return patterns.some((pattern) => pattern.test(url.origin));
}
