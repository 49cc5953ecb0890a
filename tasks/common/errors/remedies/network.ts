/** What to do about what is wrong on the way. */
export const networkRemedies = {
  NETWORK_NAME_NOT_RESOLVED:
    "Check the DNS of the agent's machine. If the agent reaches the internet only through a proxy, give the agent its address (config --proxyurl, or HTTPS_PROXY).",
  NETWORK_UNREACHABLE:
    'Allow the agent to reach this host on port 443, in the firewall or through the proxy. The page linked below lists all hosts.',
  NETWORK_CONNECTION_LOST:
    'Run the job again. If it happens often, look for a firewall or proxy that cuts connections to this host.',
  NETWORK_TIMEOUT:
    'Run the job again. If it happens always, look for a firewall that drops packets to this host instead of refusing them.',
  TIME_LIMIT_REACHED:
    'Run the job again, and check the state of the service at https://status.dev.azure.com and https://azure.status.microsoft.',
  PROXY_INVALID:
    "Correct the agent's proxy setting (config --proxyurl) or HTTPS_PROXY: http://host:port or https://host:port.",
  PROXY_AUTHENTICATION_REQUIRED:
    "Give the agent the proxy's user name and password (config --proxyusername, --proxypassword), or correct them in HTTPS_PROXY.",
  PROXY_UNREACHABLE:
    "Check the address and port of the proxy in the agent's proxy setting (config --proxyurl) or HTTPS_PROXY, and that the agent's machine reaches it.",
  PROXY_FAILED: 'Run the job again. If it stays, check that the proxy itself can reach the host.',
  PROXY_REFUSED:
    "Allow the host in the proxy, or put it on the agent's bypass list (the file .proxybypass).",
  TLS_CERTIFICATE_UNTRUSTED:
    "If a proxy inspects TLS, give the agent the proxy's CA certificate (config --sslcacert <file>), or set NODE_EXTRA_CA_CERTS on the agent's machine. This task never turns certificate checks off.",
  TLS_CERTIFICATE_EXPIRED:
    "Check the clock of the agent's machine, then the certificate of the host or of the proxy in front of it.",
  TLS_HOST_MISMATCH:
    'Check DNS, the hosts file and the proxy of the agent: something else answers in the place of this host.',
  TLS_HANDSHAKE_FAILED:
    'Check that nothing between the agent and this host (firewall, TLS-inspecting proxy) breaks TLS 1.2 and 1.3.',
  CA_FILE_UNREADABLE:
    'Make the file readable for the account of the agent. In a container job, mount it into the container at the same path.',
  RESPONSE_TOO_LARGE:
    'Look at what answers for this host: a proxy or a sign-in page of the network may stand in between.',
  RESPONSE_EMPTY:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host: something takes the content out of its answers.',
  RESPONSE_UNREADABLE:
    'Run the job again. If it stays, look at the proxy or gateway between the agent and this host.',
} as const;
