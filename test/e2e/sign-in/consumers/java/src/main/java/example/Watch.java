package example;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.DefaultAzureCredentialBuilder;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One long-lived process with one credential, as a server or a long deployment is. */
public final class Watch {
    private static final Pattern NUMBER = Pattern.compile("AADSTS\\d+");

    public static void main(String[] args) throws InterruptedException {
        TokenCredential credential = new DefaultAzureCredentialBuilder().build();
        Instant end = Instant.now().plusSeconds(Long.parseLong(args[0]));
        while (Instant.now().isBefore(end)) {
            for (int index = 1; index < args.length; index++) {
                System.out.println(Instant.now() + " " + ask(credential, args[index]));
            }
            Thread.sleep(15_000);
        }
        System.exit(0);
    }

    private static String ask(TokenCredential credential, String scope) {
        try {
            AccessToken token = credential.getToken(new TokenRequestContext().addScopes(scope)).block();
            return (token.isExpired() ? "expired " : "ok ") + scope;
        } catch (RuntimeException error) {
            Matcher matcher = NUMBER.matcher(String.valueOf(error));
            return "failed " + scope + " " + (matcher.find() ? matcher.group() : "unknown");
        }
    }
}
