using System.Collections;
using Edge.Protocol;
using SensorNode.Messaging;

namespace SensorNode.Provisioning
{
    /// <summary>
    /// Decides by the cache, else asks the provisioning server. No answer is a no, told but not kept; so is "service-unavailable", by which the
    /// gateway says that it cannot decide now.
    /// </summary>
    internal sealed class Decider
    {
        /// <summary>How long an answer is waited for, in milliseconds: well within the ten seconds that the gateway waits for the node.</summary>
        public const int AnswerMilliseconds = 6000;

        /// <summary>The most questions in flight: each holds a request in memory.</summary>
        public const int MaxPending = 8;

        private readonly Session _session;
        private readonly DecisionCache _cache;
        private readonly ArrayList _pending = new ArrayList();

        public Decider(Session session, DecisionCache cache)
        {
            _session = session;
            _cache = cache;
        }

        /// <summary>True where the server lets the node trust a second one (XEP-0324 §3.1.4); as it last said.</summary>
        public bool SecondTrustAllowed { get; private set; }

        /// <summary>Decides at once where it can, else when the answer comes.</summary>
        public void Decide(Question question, long now)
        {
            if (IsUnfriended(question.Jid, now))
            {
                question.Handler(question, Decision.No("The provisioning server ended the friendship."));
                return;
            }

            CacheEntry known = _cache.Find(question.Key(), now);
            if (known != null)
            {
                question.Handler(question, new Decision(known.Allowed, known.Names, known.Allowed ? null : "The provisioning server says no."));
            }
            else if (!_session.HasToken)
            {
                question.Handler(question, Decision.No("The provisioning server cannot be asked now."));
            }
            else if (_pending.Count >= MaxPending)
            {
                question.Handler(question, Decision.No("Too many questions at once."));
            }
            else
            {
                Ask(question, now);
            }
        }

        /// <summary>Takes an answer; nothing where nobody waits for it.</summary>
        public void OnAnswer(string message, JsonObject json, long now)
        {
            Question question = Take(json.GetInt(MessageKeys.Id, -1), message);
            if (question == null) return;

            object result = json.Get(MessageKeys.Result);
            bool isFriend = question.Kind == NodeMessages.IsFriend;
            string key = question.Kind == NodeMessages.CanControl ? MessageKeys.Parameters : MessageKeys.Fields;
            JsonArray list = isFriend ? null : json.GetArray(key);
            string[] names = list == null ? null : Common(question.Names, list);
            if (!(result is bool) || (json.Has(key) && list == null && !isFriend))
            {
                question.Handler(question, Decision.No("The provisioning server gave no proper answer."));
                return;
            }

            if (isFriend) SecondTrustAllowed = json.GetBool(MessageKeys.SecondaryTrustAllowed, false);
            bool allowed = (bool)result && (names == null || names.Length > 0);
            _cache.Add(question.Key(), allowed, allowed ? names : null, now);
            question.Handler(question, new Decision(allowed, names, allowed ? null : "The provisioning server says no."));
        }

        /// <summary>Takes an error; false where no question has that id.</summary>
        public bool OnError(int id)
        {
            Question question = Take(id, null);
            if (question == null) return false;

            question.Handler(question, Decision.No("The provisioning server cannot decide now."));
            return true;
        }

        /// <summary>Refuses what was not answered in time.</summary>
        public void Tick(long now)
        {
            for (int i = _pending.Count - 1; i >= 0; i--)
            {
                Question question = (Question)_pending[i];
                if (now < question.Deadline) continue;

                _pending.RemoveAt(i);
                question.Handler(question, Decision.No("The provisioning server does not answer."));
            }
        }

        /// <summary>Forgets all answers; false where flash still keeps them.</summary>
        public bool ClearCache()
        {
            return _cache.Clear();
        }

        /// <summary>The session is gone: nobody waits for answers any more, neither here nor at the gateway.</summary>
        public void Abandon()
        {
            _pending.Clear();
        }

        /// <summary>A friendship is recommended: what was refused is asked anew.</summary>
        public void Befriend(string jid, long now)
        {
            string bare = Question.BareJid(jid);
            Forget(bare, now);
            _cache.Add(new Question(NodeMessages.IsFriend, bare).Key(), true, null, now);
        }

        /// <summary>A friendship is ended: nothing is allowed until it is recommended again or the cache is cleared.</summary>
        public void Unfriend(string jid, long now)
        {
            string bare = Question.BareJid(jid);
            Forget(bare, now);
            _cache.Add(new Question(NodeMessages.IsFriend, bare).Key(), false, null, now);
            _cache.Flush(now);
        }

        private void Forget(string bareJid, long now)
        {
            string[] questions = { Question.KeyPrefix(NodeMessages.CanRead, bareJid), Question.KeyPrefix(NodeMessages.CanControl, bareJid) };
            _cache.RemoveStartingWith(questions, now);
        }

        private bool IsUnfriended(string bareJid, long now)
        {
            CacheEntry friend = _cache.Find(new Question(NodeMessages.IsFriend, bareJid).Key(), now);
            return friend != null && !friend.Allowed;
        }

        private void Ask(Question question, long now)
        {
            JsonObject json = new JsonObject();
            question.Id = _session.NextId();
            question.Deadline = now + AnswerMilliseconds;
            json.Set(MessageKeys.Id, question.Id).Set(MessageKeys.Jid, question.Jid);
            if (question.Names != null)
            {
                JsonArray names = new JsonArray();
                for (int i = 0; i < question.Names.Length; i++) names.Add(question.Names[i]);
                json.Set(question.Kind == NodeMessages.CanControl ? MessageKeys.Parameters : MessageKeys.Fields, names);
            }

            if (!string.IsNullOrEmpty(question.ServiceToken)) json.Set(MessageKeys.ServiceToken, question.ServiceToken);
            if (!string.IsNullOrEmpty(question.DeviceToken)) json.Set(MessageKeys.DeviceToken, question.DeviceToken);
            if (!string.IsNullOrEmpty(question.UserToken)) json.Set(MessageKeys.UserToken, question.UserToken);
            _pending.Add(question);
            _session.Send(question.Kind, json);
        }

        private Question Take(int id, string answer)
        {
            for (int i = 0; i < _pending.Count; i++)
            {
                Question question = (Question)_pending[i];
                if (question.Id != id || (answer != null && answer != question.Kind + "Response")) continue;

                _pending.RemoveAt(i);
                return question;
            }

            return null;
        }

        // An answer must not allow more than was asked.
        private static string[] Common(string[] asked, JsonArray allowed)
        {
            ArrayList common = new ArrayList();
            for (int i = 0; i < allowed.Count; i++)
            {
                string name = allowed.GetString(i);
                bool wasAsked = asked == null && name != null;
                for (int k = 0; asked != null && k < asked.Length && !wasAsked; k++) wasAsked = asked[k] == name;
                if (wasAsked) common.Add(name);
            }

            return (string[])common.ToArray(typeof(string));
        }
    }
}
