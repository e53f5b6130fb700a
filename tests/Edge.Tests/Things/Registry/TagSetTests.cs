using Edge.Things.Registry;

namespace Edge.Tests.Things.Registry;

public sealed class TagSetTests
{
    [Fact]
    public void No_value_passes_for_the_beginning_of_another_tag()
    {
        Tag[] one = [new("A", "x;1:B=1:y")];
        Tag[] two = [new("A", "x"), new("B", "y")];

        Assert.NotEqual(TagSet.Fingerprint(one), TagSet.Fingerprint(two));
    }

    [Fact]
    public void A_number_is_not_its_text() =>
        Assert.NotEqual(TagSet.Fingerprint([new("V", null, 1)]), TagSet.Fingerprint([new("V", "1")]));

    [Fact]
    public void Order_and_case_of_names_do_not_matter_but_case_of_texts_does()
    {
        Assert.Equal(TagSet.Fingerprint([new("a", "x"), new("B", "y")]), TagSet.Fingerprint([new("b", "y"), new("A", "x")]));
        Assert.NotEqual(TagSet.Fingerprint([new("A", "x")]), TagSet.Fingerprint([new("A", "X")]));
    }
}
