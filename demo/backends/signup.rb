# A sign-up backend in Ruby with WEBrick and ruby-jwt. ISSUER, AUDIENCE and PORT come from the environment.
require 'json'
require 'jwt'
require 'net/http'
require 'securerandom'
require 'timeout'
require 'webrick'

ISSUER, AUDIENCE, PORT = %w[ISSUER AUDIENCE PORT].map { |name| ENV.fetch(name) }
ACTION = 'signup'
KEYS_SECONDS = 300
REFETCH_SECONDS = 30
RETRY_SECONDS = 1
FETCH_SECONDS = 5
LEEWAY = 5
MAX_TOKEN = 2048
MAX_BODY_BYTES = 16_384
MAX_KEYS_BYTES = 65_536
MAX_SESSIONS = 10_000

# The issuer's keys could not be fetched; the token may be good.
class KeysUnavailable < StandardError; end

# The issuer's keys by key id. ruby-jwt's own `jwks` option leaves it to you how often they are fetched.
class Keys
  def initialize
    @by_id = {}
    @fetched_at = @tried_at = -Float::INFINITY
    @lock = Mutex.new
  end

  def find(kid)
    # Whoever brings a known key id waits for no fetch.
    @lock.synchronize { refresh unless know?(kid) } unless know?(kid)
    @by_id[kid]
  end

  private

  def fresh? = now - @fetched_at <= KEYS_SECONDS
  def know?(kid) = fresh? && @by_id.key?(kid)

  def refresh
    # A fetch that failed counts too: nobody is to drive an issuer in trouble.
    try if now - @tried_at > (fresh? ? REFETCH_SECONDS : RETRY_SECONDS)
    raise KeysUnavailable if @failed
  end

  def try
    found = JSON.parse(fetch)['keys'].select { |jwk| jwk['kty'] == 'EC' && jwk['crv'] == 'P-256' }
    @by_id = found.to_h { |jwk| [jwk['kid'], JWT::JWK.import(jwk).keypair] }
    @fetched_at = now
    @failed = false
  rescue StandardError
    @failed = true
  ensure
    @tried_at = now
  end

  # Net::HTTP itself would ask twice, and bounds the time of each piece alone.
  def fetch
    uri = URI("#{ISSUER}/.well-known/jwks.json")
    text = +''
    Timeout.timeout(FETCH_SECONDS) do
      Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https', max_retries: 0) do |http|
        http.request_get(uri.path) do |answer|
          raise KeysUnavailable unless answer.code == '200'

          answer.read_body { |piece| raise KeysUnavailable if (text << piece).bytesize > MAX_KEYS_BYTES }
        end
      end
    end
    text
  end

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

KEYS = Keys.new

# Session id to the nonce its next token must carry. Yours is the session store you already have.
NONCES = {}
LOCK = Mutex.new

# The number that a token proves for this site, session and purpose, or nil.
def proven_number(token, nonce)
  return unless nonce && token.length <= MAX_TOKEN && token.match?(/\A[\w-]+\.[\w-]+\.[\w-]+\z/)

  header = JWT.decode(token, nil, false).last
  # ruby-jwt also takes `es256` for ES256, and trips over a header that is no object.
  return unless header.is_a?(Hash) && header['alg'] == 'ES256' && header['typ'] == 'otp-verified+jwt'
  return if header.key?('crit')

  expected = { algorithms: ['ES256'], iss: ISSUER, verify_iss: true, aud: AUDIENCE, verify_aud: true,
               leeway: LEEWAY, required_claims: %w[iss aud exp nbf iat] }
  claims, = JWT.decode(token, nil, true, expected) { KEYS.find(header['kid']) }
  # ruby-jwt also takes a list of audiences, and its own check of `iat` allows for no difference between two clocks.
  return if claims['aud'] != AUDIENCE || claims['iat'] > Time.now.to_i + LEEWAY
  return if claims['nonce'] != nonce || claims['action'] != ACTION

  number = claims['phone_number']
  number if number.is_a?(String) && number.match?(/\A\+[1-9][0-9]{5,14}\z/)
rescue JWT::DecodeError
  nil
end

# The form, and the session it belongs to.
class Form < WEBrick::HTTPServlet::AbstractServlet
  def do_GET(request, response)
    raise WEBrick::HTTPStatus::NotFound unless request.path == '/'

    session, nonce = open_session(request.cookies.find { |cookie| cookie.name == 'session' }&.value)
    response['Set-Cookie'] = "session=#{session}; Path=/; HttpOnly; SameSite=Lax"
    response['Cache-Control'] = 'no-store'
    response['Content-Type'] = 'text/html; charset=utf-8'
    response.body = <<~HTML
      <!doctype html>
      <title>Sign up</title>
      <script src="#{ISSUER}/otp-verify.js" defer></script>
      <form method="post" action="/signup">
        <label>Name <input name="name"></label>
        <otp-verify sitekey="#{AUDIENCE}" action="#{ACTION}" token-nonce="#{nonce}" required></otp-verify>
        <button>Sign up</button>
      </form>
    HTML
  end

  private

  def open_session(known)
    LOCK.synchronize do
      session = NONCES.key?(known) ? known : SecureRandom.urlsafe_base64(16)
      NONCES[session] ||= SecureRandom.urlsafe_base64(16)
      NONCES.shift if NONCES.size > MAX_SESSIONS
      [session, NONCES[session]]
    end
  end
end

# What the form is posted to.
class SignUp < WEBrick::HTTPServlet::AbstractServlet
  def do_POST(request, response)
    response.status, body = outcome(request)
    response['Cache-Control'] = 'no-store'
    response['Content-Type'] = 'application/json'
    response.body = body.to_json
  end

  private

  def outcome(request)
    return [413, { error: 'payload_too_large' }] unless (0..MAX_BODY_BYTES).cover?(request['Content-Length']&.to_i)

    token = request.query['otp-verify-response'].to_s
    return [400, { error: 'token_missing' }] if token.empty?

    session = request.cookies.find { |cookie| cookie.name == 'session' }&.value
    nonce = NONCES[session]
    number = proven_number(token, nonce)
    return [403, { error: 'token_refused' }] unless number
    # Of two requests that bring the same token at once, one still finds the nonce.
    return [403, { error: 'token_used' }] unless LOCK.synchronize { NONCES.delete(session) if NONCES[session] == nonce }

    # From the token, never from a field of the form: the visitor can write anything there.
    [200, { phoneNumber: number }]
  rescue KeysUnavailable
    [503, { error: 'keys_unavailable' }]
  end
end

# WEBrick writes headers and body apart; the second would wait for the first to be acknowledged.
at_once = ->(socket) { socket.setsockopt(:TCP, :NODELAY, true) }
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: Integer(PORT), AcceptCallback: at_once)
server.mount('/', Form)
server.mount('/signup', SignUp)
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
