// A sign-up backend in Go with go-jose. ISSUER, AUDIENCE and PORT come from the environment.
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"sync"
	"time"

	"gopkg.in/square/go-jose.v2"
	"gopkg.in/square/go-jose.v2/jwt"
)

const (
	action       = "signup"
	keepKeys     = 300 * time.Second
	refetchKeys  = 30 * time.Second
	retryKeys    = 1 * time.Second
	leeway       = 5 * time.Second
	maxToken     = 2048
	maxBodyBytes = 16_384
	maxKeysBytes = 65_536
	maxSessions  = 10_000
)

var (
	issuer, audience = os.Getenv("ISSUER"), os.Getenv("AUDIENCE")
	// The time is for the whole answer. Keys from where a redirect points are not the issuer's.
	client             = http.Client{Timeout: 5 * time.Second, CheckRedirect: stay}
	errKeysUnavailable = errors.New("the issuer's keys could not be fetched")
	errRefused         = errors.New("the token was refused")
	// go-jose also reads the JSON form of a JWS, with members that nobody signed.
	compact = regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`)
	e164    = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)
)

// The issuer's keys, when they were fetched, and how the last attempt ended.
var keys struct {
	sync.RWMutex
	set                jose.JSONWebKeySet
	fetchedAt, triedAt time.Time
	failed             bool
}

// Held while the keys are fetched. Whoever brings a known key id waits for no fetch.
var fetching sync.Mutex

// Session id to the nonce its next token must carry. Yours is the session store you already have.
var sessions = struct {
	sync.Mutex
	nonces map[string]string
}{nonces: map[string]string{}}

func findKey(kid string) (*ecdsa.PublicKey, error) {
	if key := cachedKey(kid); key != nil {
		return key, nil
	}
	fetching.Lock()
	defer fetching.Unlock()
	if key := cachedKey(kid); key != nil {
		return key, nil
	}
	// A fetch that failed counts too: nobody is to drive an issuer in trouble.
	pause := retryKeys
	if time.Since(keys.fetchedAt) <= keepKeys {
		pause = refetchKeys
	}
	if time.Since(keys.triedAt) > pause {
		set, err := fetchKeys()
		keys.Lock()
		keys.triedAt, keys.failed = time.Now(), err != nil
		if err == nil {
			keys.set, keys.fetchedAt = set, keys.triedAt
		}
		keys.Unlock()
	}
	if keys.failed {
		return nil, errKeysUnavailable
	}
	if key := cachedKey(kid); key != nil {
		return key, nil
	}
	return nil, errRefused
}

func cachedKey(kid string) *ecdsa.PublicKey {
	keys.RLock()
	defer keys.RUnlock()
	if time.Since(keys.fetchedAt) <= keepKeys {
		for _, found := range keys.set.Key(kid) {
			if key, ok := found.Key.(*ecdsa.PublicKey); ok {
				return key
			}
		}
	}
	return nil
}

func fetchKeys() (set jose.JSONWebKeySet, err error) {
	answer, err := client.Get(issuer + "/.well-known/jwks.json")
	if err != nil {
		return set, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return set, errKeysUnavailable
	}
	return set, json.NewDecoder(io.LimitReader(answer.Body, maxKeysBytes)).Decode(&set)
}

func stay(*http.Request, []*http.Request) error {
	return http.ErrUseLastResponse
}

// The number that a token proves for this site, session and purpose.
func provenNumber(text, nonce string) (string, error) {
	if nonce == "" || len(text) > maxToken || !compact.MatchString(text) {
		return "", errRefused
	}
	token, err := jwt.ParseSigned(text)
	if err != nil {
		return "", errRefused
	}
	header := token.Headers[0]
	if header.Algorithm != string(jose.ES256) || header.ExtraHeaders[jose.HeaderType] != "otp-verified+jwt" {
		return "", errRefused
	}
	key, err := findKey(header.KeyID)
	if err != nil {
		return "", err
	}
	var claims jwt.Claims
	var own struct {
		Nonce       string `json:"nonce"`
		Action      string `json:"action"`
		PhoneNumber string `json:"phone_number"`
	}
	if token.Claims(key, &claims, &own) != nil {
		return "", errRefused
	}
	// go-jose lets a token without times pass, and one for several audiences.
	if claims.Expiry == nil || claims.NotBefore == nil || claims.IssuedAt == nil || len(claims.Audience) != 1 {
		return "", errRefused
	}
	expected := jwt.Expected{Issuer: issuer, Audience: jwt.Audience{audience}, Time: time.Now()}
	if claims.ValidateWithLeeway(expected, leeway) != nil {
		return "", errRefused
	}
	if own.Nonce != nonce || own.Action != action || !e164.MatchString(own.PhoneNumber) {
		return "", errRefused
	}
	return own.PhoneNumber, nil
}

func showForm(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	session, nonce := openSession(cookieOf(r))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	cookie := http.Cookie{Name: "session", Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	http.SetCookie(w, &cookie)
	fmt.Fprintf(w, `<!doctype html>
<title>Sign up</title>
<script src="%s/otp-verify.js" defer></script>
<form method="post" action="/signup">
  <label>Name <input name="name"></label>
  <otp-verify sitekey="%s" action="%s" token-nonce="%s" required></otp-verify>
  <button>Sign up</button>
</form>`, issuer, audience, action, nonce)
}

func openSession(known string) (session, nonce string) {
	sessions.Lock()
	defer sessions.Unlock()
	if nonce, ok := sessions.nonces[known]; ok {
		return known, nonce
	}
	for some := range sessions.nonces {
		if len(sessions.nonces) < maxSessions {
			break
		}
		delete(sessions.nonces, some)
	}
	session, nonce = random(), random()
	sessions.nonces[session] = nonce
	return session, nonce
}

func signUp(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	if r.ParseForm() != nil {
		answer(w, 413, "error", "payload_too_large")
		return
	}
	token := r.PostForm.Get("otp-verify-response")
	if token == "" {
		answer(w, 400, "error", "token_missing")
		return
	}
	session := cookieOf(r)
	sessions.Lock()
	nonce := sessions.nonces[session]
	sessions.Unlock()
	number, err := provenNumber(token, nonce)
	if err == errKeysUnavailable {
		answer(w, 503, "error", "keys_unavailable")
		return
	}
	if err != nil {
		answer(w, 403, "error", "token_refused")
		return
	}
	sessions.Lock()
	defer sessions.Unlock()
	// Of two requests that bring the same token at once, one still finds the nonce.
	if sessions.nonces[session] != nonce {
		answer(w, 403, "error", "token_used")
		return
	}
	delete(sessions.nonces, session)
	// From the token, never from a field of the form: the visitor can write anything there.
	answer(w, 200, "phoneNumber", number)
}

func cookieOf(r *http.Request) string {
	cookie, err := r.Cookie("session")
	if err != nil {
		return ""
	}
	return cookie.Value
}

func answer(w http.ResponseWriter, status int, name, value string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{name: value})
}

func random() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func main() {
	http.HandleFunc("/", showForm)
	http.HandleFunc("/signup", signUp)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
