// A sign-up backend in Java, 17.0.3 or newer, with nothing but the JDK. ISSUER, AUDIENCE and PORT come from the
// environment.
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

class Signup {
    static final String ISSUER = System.getenv("ISSUER");
    static final String AUDIENCE = System.getenv("AUDIENCE");
    static final String ACTION = "signup";
    static final int LEEWAY_SECONDS = 5, MAX_TOKEN = 2048, MAX_BODY_BYTES = 16_384, MAX_SESSIONS = 10_000;
    static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{5,14}");

    /** Session id to the nonce its next token must carry. Yours is the session store you already have. */
    static final Map<String, String> NONCES = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_SESSIONS;
        }
    });

    public static void main(String[] arguments) throws IOException {
        // Headers and body are written apart; the second would wait for the first to be acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        var server = HttpServer.create(address, 0);
        // Many, since a token with an unknown key id waits while the issuer's keys are fetched.
        server.setExecutor(Executors.newFixedThreadPool(200));
        server.createContext("/", Signup::route);
        server.start();
    }

    static void route(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /" -> showForm(exchange);
            case "POST /signup" -> signUp(exchange);
            default -> answer(exchange, 404, "error", "not_found");
        }
    }

    static void showForm(HttpExchange exchange) throws IOException {
        var known = sessionOf(exchange);
        var session = NONCES.containsKey(known) ? known : random();
        var nonce = NONCES.computeIfAbsent(session, unused -> random());
        exchange.getResponseHeaders().set("Set-Cookie", "session=" + session + "; Path=/; HttpOnly; SameSite=Lax");
        send(exchange, 200, "text/html; charset=utf-8", """
            <!doctype html>
            <title>Sign up</title>
            <script src="%s/otp-verify.js" defer></script>
            <form method="post" action="/signup">
              <label>Name <input name="name"></label>
              <otp-verify sitekey="%s" action="%s" token-nonce="%s" required></otp-verify>
              <button>Sign up</button>
            </form>""".formatted(ISSUER, AUDIENCE, ACTION, nonce));
    }

    static void signUp(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            answer(exchange, 413, "error", "payload_too_large");
            return;
        }
        var session = sessionOf(exchange);
        var nonce = NONCES.get(session);
        try {
            var token = field(new String(body, StandardCharsets.UTF_8), "otp-verify-response");
            if (token.isEmpty()) {
                answer(exchange, 400, "error", "token_missing");
                return;
            }
            var number = provenNumber(token, nonce);
            // Of two requests that bring the same token at once, one still finds the nonce.
            if (!NONCES.remove(session, nonce)) {
                answer(exchange, 403, "error", "token_used");
                return;
            }
            // From the token, never from a field of the form: the visitor can write anything there.
            answer(exchange, 200, "phoneNumber", number);
        } catch (GeneralSecurityException | IllegalArgumentException refused) {
            answer(exchange, 403, "error", "token_refused");
        } catch (Keys.Unavailable unavailable) {
            answer(exchange, 503, "error", "keys_unavailable");
        }
    }

    /** The number that a token proves for this site, session and purpose. */
    static String provenNumber(String token, String nonce) throws Keys.Unavailable, GeneralSecurityException {
        require(nonce != null && token.length() <= MAX_TOKEN && COMPACT.matcher(token).matches());
        var part = token.split("\\.");
        var header = Json.object(Base64.getUrlDecoder().decode(part[0]));
        require("ES256".equals(header.get("alg")) && "otp-verified+jwt".equals(header.get("typ")));
        require(!header.containsKey("crit") && header.get("kid") instanceof String);
        var key = Keys.find((String) header.get("kid"));
        require(key != null);
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(key);
        signature.update((part[0] + "." + part[1]).getBytes(StandardCharsets.US_ASCII));
        var numbers = Base64.getUrlDecoder().decode(part[2]);
        // Java 15 to 17.0.2 believe a signature of zeros (CVE-2022-21449).
        require(numbers.length == 64 && !isZero(numbers, 0) && !isZero(numbers, 32));
        require(signature.verify(numbers));

        var claims = Json.object(Base64.getUrlDecoder().decode(part[1]));
        require(ISSUER.equals(claims.get("iss")) && AUDIENCE.equals(claims.get("aud")));
        var now = System.currentTimeMillis() / 1000.0;
        require(claims.get("exp") instanceof Double exp && exp > now - LEEWAY_SECONDS);
        require(claims.get("nbf") instanceof Double nbf && nbf <= now + LEEWAY_SECONDS);
        require(claims.get("iat") instanceof Double iat && iat <= now + LEEWAY_SECONDS);
        require(nonce.equals(claims.get("nonce")) && ACTION.equals(claims.get("action")));
        require(claims.get("phone_number") instanceof String number && E164.matcher(number).matches());
        return (String) claims.get("phone_number");
    }

    static boolean isZero(byte[] numbers, int from) {
        return new BigInteger(1, numbers, from, 32).signum() == 0;
    }

    static void require(boolean holds) {
        if (!holds) throw new IllegalArgumentException();
    }

    static String field(String form, String name) {
        return Arrays.stream(form.split("&")).filter(pair -> pair.startsWith(name + "=")).findFirst()
            .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8)).orElse("");
    }

    static String sessionOf(HttpExchange exchange) {
        var cookies = String.join("; ", exchange.getRequestHeaders().getOrDefault("Cookie", List.of()));
        return Arrays.stream(cookies.split(";\\s*")).filter(cookie -> cookie.startsWith("session="))
            .map(cookie -> cookie.substring("session=".length())).findFirst().orElse("");
    }

    static void answer(HttpExchange exchange, int status, String name, String value) throws IOException {
        send(exchange, status, "application/json", "{\"%s\":\"%s\"}".formatted(name, value));
    }

    static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    static String random() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The issuer's keys by key id. */
    static class Keys {
        static final int KEYS_SECONDS = 300, REFETCH_SECONDS = 30, RETRY_SECONDS = 1, FETCH_SECONDS = 5;
        static final int MAX_BYTES = 65_536;
        static final long NEVER = Long.MIN_VALUE / 2;
        static final HttpClient CLIENT = HttpClient.newHttpClient();
        static volatile Map<String, PublicKey> byId = Map.of();
        static volatile long fetchedAt = NEVER;
        static long triedAt = NEVER;
        static boolean failed;

        /** They could not be fetched; the token may be good. */
        static class Unavailable extends Exception {}

        static PublicKey find(String kid) throws Unavailable {
            // Whoever brings a known key id waits for no fetch.
            if (!know(kid)) refresh(kid);
            return byId.get(kid);
        }

        static boolean fresh() {
            return seconds() - fetchedAt <= KEYS_SECONDS;
        }

        static boolean know(String kid) {
            return fresh() && byId.containsKey(kid);
        }

        static synchronized void refresh(String kid) throws Unavailable {
            if (know(kid)) return;
            // A fetch that failed counts too: nobody is to drive an issuer in trouble.
            if (seconds() - triedAt > (fresh() ? REFETCH_SECONDS : RETRY_SECONDS)) {
                try {
                    byId = parse(fetch());
                    fetchedAt = seconds();
                    failed = false;
                } catch (Exception unavailable) {
                    failed = true;
                }
                triedAt = seconds();
            }
            if (failed) throw new Unavailable();
        }

        static long seconds() {
            return System.nanoTime() / 1_000_000_000;
        }

        static byte[] fetch() throws Exception {
            var text = new ByteArrayOutputStream();
            var request = HttpRequest.newBuilder(URI.create(ISSUER + "/.well-known/jwks.json")).build();
            var answer = CLIENT.sendAsync(request, BodyHandlers.ofByteArrayConsumer(piece -> {
                piece.ifPresent(text::writeBytes);
                require(text.size() <= MAX_BYTES);
            }));
            try {
                // For the whole answer; the time-out of a request ends with its headers.
                require(answer.get(FETCH_SECONDS, TimeUnit.SECONDS).statusCode() == 200);
            } finally {
                answer.cancel(true);
            }
            return text.toByteArray();
        }

        static Map<String, PublicKey> parse(byte[] text) throws GeneralSecurityException {
            var curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            var keys = new HashMap<String, PublicKey>();
            for (var entry : (List<?>) Json.object(text).get("keys")) {
                var jwk = (Map<?, ?>) entry;
                if (!"EC".equals(jwk.get("kty")) || !"P-256".equals(jwk.get("crv"))) continue;
                var point = new ECPoint(coordinate(jwk.get("x")), coordinate(jwk.get("y")));
                var specification = new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class));
                keys.put((String) jwk.get("kid"), KeyFactory.getInstance("EC").generatePublic(specification));
            }
            return keys;
        }

        static BigInteger coordinate(Object text) {
            return new BigInteger(1, Base64.getUrlDecoder().decode((String) text));
        }
    }

    /**
     * JSON as RFC 8259 has it, and no duplicate members; anything else is an IllegalArgumentException. If you have a
     * JSON library, use it instead: text in a claim can look like a claim.
     */
    static class Json {
        static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
        final String text;
        int at;

        Json(String text) {
            this.text = text;
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> object(byte[] utf8) {
            try {
                var json = new Json(new String(utf8, StandardCharsets.UTF_8));
                var value = json.value();
                json.space();
                if (json.at == json.text.length() && value instanceof Map) return (Map<String, Object>) value;
            } catch (IndexOutOfBoundsException tooShort) {
                // Falls through to the one refusal.
            }
            throw new IllegalArgumentException();
        }

        Object value() {
            space();
            if (take("\"")) return string();
            if (take("[")) return array();
            if (take("{")) return members();
            if (take("true")) return true;
            if (take("false")) return false;
            if (take("null")) return Optional.empty();
            var number = NUMBER.matcher(text).region(at, text.length());
            require(number.lookingAt());
            at = number.end();
            return Double.valueOf(number.group());
        }

        Object members() {
            var members = new HashMap<String, Object>();
            space();
            if (take("}")) return members;
            do {
                space();
                require(take("\""));
                var name = string();
                space();
                require(take(":"));
                require(members.put(name, value()) == null);
                space();
            } while (take(","));
            require(take("}"));
            return members;
        }

        Object array() {
            var values = new ArrayList<Object>();
            space();
            if (take("]")) return values;
            do {
                values.add(value());
                space();
            } while (take(","));
            require(take("]"));
            return values;
        }

        String string() {
            var read = new StringBuilder();
            for (char next = text.charAt(at++); next != '"'; next = text.charAt(at++)) {
                require(next >= ' ');
                read.append(next == '\\' ? escaped() : next);
            }
            return read.toString();
        }

        char escaped() {
            var kind = text.charAt(at++);
            if (kind == 'u') return (char) HexFormat.fromHexDigits(text, at, at += 4);
            var index = "\"\\/bfnrt".indexOf(kind);
            require(index >= 0);
            return "\"\\/\b\f\n\r\t".charAt(index);
        }

        void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        }

        boolean take(String word) {
            var found = text.startsWith(word, at);
            if (found) at += word.length();
            return found;
        }
    }
}
